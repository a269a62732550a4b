"""Random documents, asked for on every path: what is out of scope never leaves, all else does.

What is seen is worked out here once more, from the rules as they are written down and not by the
code that is tested. What is not there has the same answers as an id that nobody ever used.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from civictui.gateway.viewer import Viewer
from tests.gateway.database.sighted import HERE, LIMITED, next_of, sight
from tests.gateway.peer import push, revision

PLACES = {"none": None, "in": [5.5, 5.5], "out": [30.5, 5.5], "odd": "nowhere"}
GHOST = "ghost-0"
"""As long as every other id, so that answers can be compared."""


@dataclass(frozen=True)
class Facts:
    """How one document came to be what it is."""

    kind: str
    author: str
    about: int
    places: tuple[str, ...]
    """One for each revision; the last one is where the winner lies."""
    conflict: bool
    deleted: bool


FACTS = st.builds(
    Facts,
    kind=st.sampled_from(["report", "old", "update", "service", "other"]),
    author=st.sampled_from(["demo", "asha"]),
    about=st.integers(0, 9),
    places=st.lists(st.sampled_from(list(PLACES)), min_size=1, max_size=3).map(tuple),
    conflict=st.booleans(),
    deleted=st.sampled_from([False, False, False, True]),
)


def name(index: int) -> str:
    return f"thing-{index}"


def body(index: int, facts: Facts, place: str) -> dict[str, Any]:
    made: dict[str, Any] = {"reportedBy": facts.author, "text": f"secret of {index}"}
    if facts.kind != "old":
        made["type"] = facts.kind
    if facts.kind in {"report", "old"}:
        made["problemDescription"] = f"problem {index}"
        if PLACES[place] is not None:
            made["geoLocation"] = {"type": "Point", "coordinates": PLACES[place]}
    if facts.kind == "update":
        made["report"] = name(facts.about)
    return made


def written(index: int, facts: Facts) -> list[dict[str, Any]]:
    """Its revisions in their order; the winner is the last, or the only living one."""
    docs = [revision(name(index), body(index, facts, facts.places[0]))]
    for number, place in enumerate(facts.places[1:]):
        docs.append(next_of(docs[-1], **body(index, facts, place), n=number))
        if PLACES[place] is None:  # `next_of` keeps what it is not told
            bare = {k: v for k, v in docs[-1].items() if k[0] != "_" and k != "geoLocation"}
            past = docs[-2]["_revisions"]
            path = [f"{past['start'] - i}-{digest}" for i, digest in enumerate(past["ids"])]
            docs[-1] = revision(name(index), bare, *path)
    if facts.deleted:
        docs.append(next_of(docs[-1], deleted=True))
    elif facts.conflict and len(docs) > 1:
        docs.append(next_of(docs[0], losing=True))
    return docs


def expected(things: list[Facts], winners: dict[str, Any]) -> set[str]:
    """The ids that demo may see."""

    def place_of(key: str) -> Any:
        place = winners[key].get("geoLocation")
        return place["coordinates"] if place else None

    def report_is_seen(index: int) -> bool:
        facts = things[index]
        if facts.author == "demo":
            return True
        return bool(place_of(name(index)) != PLACES["out"])

    seen: set[str] = set()
    for index, facts in enumerate(things):
        if facts.deleted or facts.author == "demo" or facts.kind in {"service", "other"}:
            ok = True
        elif facts.kind in {"report", "old"}:
            ok = report_is_seen(index)
        else:
            target = things[facts.about] if facts.about < len(things) else None
            living = target is not None and not target.deleted
            ok = living and target is not None and target.kind in {"report", "old"}
            ok = ok and report_is_seen(facts.about)
        if ok:
            seen.add(name(index))
    return seen


async def bodies(client: httpx.AsyncClient, key: str, revs: list[str]) -> list[tuple[int, str]]:
    """The answers to everything that can be asked of one document."""
    url = f"/db/civic/{key}"
    every = json.dumps(revs)
    queries: list[dict[str, str]] = [{}, {"revs": "true"}, {"conflicts": "true"}]
    queries += [{"open_revs": "all"}, {"open_revs": every}, {"open_revs": "all", "revs": "true"}]
    queries += [{"rev": rev, **more} for rev in revs for more in ({}, {"latest": "true"})]
    said = [await client.get(url, params=query) for query in queries]
    asked = {"docs": [{"id": key}, *({"id": key, "rev": rev} for rev in revs)]}
    paths = [f"/db/civic/_bulk_get?{query}" for query in ("", "revs=true", "latest=true")]
    said += [await client.post(path, json=asked) for path in paths]
    said.append(await client.post("/db/civic/_revs_diff", json={key: [*revs, "9-f"]}))
    return [(answer.status_code, answer.text) for answer in said]


async def feeds(client: httpx.AsyncClient, limit: int) -> list[dict[str, Any]]:
    """The rows of every way to list documents."""
    rows: list[dict[str, Any]] = []
    styles: list[dict[str, str]] = [
        {},
        {"style": "all_docs"},
        {"include_docs": "true", "conflicts": "true"},
    ]
    for style in styles:
        for more in ({}, {"descending": "true"}, {"feed": "longpoll", "timeout": "1"}):
            answer = await client.get("/db/civic/_changes", params={**style, **more})
            rows += answer.json()["results"]
        since = "0"
        while True:
            params = {**style, "since": since, "limit": str(limit)}
            page = (await client.get("/db/civic/_changes", params=params)).json()
            if not page["results"]:
                break
            rows += page["results"]
            since = page["last_seq"]
    for query in ("", "?include_docs=true"):
        rows += (await client.get(f"/db/civic/_all_docs{query}")).json()["rows"]
    return rows


async def check(things: list[Facts], limit: int) -> None:
    async with sight() as gateway:
        docs = {name(i): written(i, facts) for i, facts in enumerate(things)}
        for i, facts in enumerate(things):
            await gateway.put(*docs[name(i)], by=facts.author)
        winners = {key: (await gateway.database.bulk_get([(key, None)]))[0] for key in docs}
        seen = expected(things, winners)
        async with (
            gateway.as_viewer(LIMITED) as demo,
            gateway.as_viewer(Viewer("demo")) as whole,
        ):
            rows = await feeds(demo, limit)
            reference = [row for row in await feeds(whole, limit) if row["id"] in seen]
            assert same(rows) == same(reference)
            counts = await demo.get("/db/civic")
            assert "doc_count" not in counts.json()
            for key, revisions in docs.items():
                revs = [doc["_rev"] for doc in revisions]
                asked = await bodies(demo, key, revs)
                if key in seen:
                    assert asked == await bodies(whole, key, revs)
                    continue
                ghost = await bodies(demo, GHOST, revs)
                assert [(code, text.replace(key, GHOST)) for code, text in asked] == ghost
                more = next_of(revisions[0], more=1)
                (refused,) = await push(demo, more)
                assert refused["error"] == "forbidden"
                note = {"type": "update", "reportedBy": "demo", "report": key}
                said = await push(demo, revision(f"note-{key}", note))
                assert [entry["error"] for entry in said] == ["forbidden"]
                assert (await gateway.database.bulk_get([(key, more["_rev"])])) == [None]


def same(rows: list[dict[str, Any]]) -> set[str]:
    """Rows without what another area changes: sequences. Order and repetition tell nothing."""
    bare = [{k: v for k, v in row.items() if k != "seq"} for row in rows]
    return {json.dumps(row, sort_keys=True) for row in bare if row.get("doc", row) is not None}


@settings(max_examples=40, deadline=None)
@given(things=st.lists(FACTS, min_size=1, max_size=8), limit=st.integers(1, 4))
def test_nothing_out_of_scope_leaves_and_all_else_does(things: list[Facts], limit: int) -> None:
    assert LIMITED.area == HERE
    asyncio.run(check(things, limit))
