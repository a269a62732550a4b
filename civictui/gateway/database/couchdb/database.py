"""`Database` in a CouchDB, a Cloudant, or what speaks like one.

The gateway's routes stand before it: what a client sent is parsed, checked and asked anew, never
handed on. Design documents and everything else whose id begins with `_` are as if not there.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from civictui.couchdb.answers import read_differences, read_info
from civictui.couchdb.endpoint import ANSWER_BYTES, CouchEndpoint
from civictui.domain.errors import AnswerTooLarge, Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, Clock, Seq, WriteFailure
from civictui.domain.revtree import BadRevision, parse
from civictui.gateway.database.arrivals import Arrival
from civictui.gateway.database.couchdb.faults import answered
from civictui.gateway.database.couchdb.flights import Flights
from civictui.gateway.database.couchdb.leaves import Lookup
from civictui.gateway.database.couchdb.local_docs import LocalDocs
from civictui.gateway.database.couchdb.mark import Mark, Marking, foreign_sequence
from civictui.gateway.database.couchdb.upstream import Signed, Terms, Upstream
from civictui.gateway.database.couchdb.views import Views
from civictui.gateway.database.couchdb.watcher import Watcher
from civictui.gateway.database.couchdb.writing import Writing
from civictui.gateway.database.port import NAME
from civictui.gateway.policy import PAGE_BYTES
from civictui.gateway.viewer import Viewer

_HEXADECIMAL = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DIGEST_DIGITS = 32


class CouchDatabase:
    """`Database` at `path` of a server. Belongs to one event loop; opening it asks nothing."""

    def __init__(self, signed: Signed, path: str, clock: Clock, terms: Terms | None = None) -> None:
        self._signed = signed
        self._path = path
        self._requests = Upstream(signed, terms or Terms())
        self._remote = CouchEndpoint(self._requests, path, "")
        self._lookup = Lookup(self._requests, path, self._remote)
        self._local = LocalDocs(self._requests, path)
        self._marking = Marking(self._local, clock)
        self._writing = Writing(self._remote, self._lookup, self._local)
        self._views = Views(self._requests, path)
        self._watcher = Watcher(CouchEndpoint(signed, path, ""), self.ring)
        self._flights = Flights()
        self._bell = asyncio.Event()
        self.made = 0
        self.closing = False

    # --- waiting -----------------------------------------------------------------------------

    @property
    def bell(self) -> asyncio.Event:
        self._watcher.start()
        return self._bell

    def ring(self) -> None:
        self._flights.part()
        self._bell.set()
        self._bell = asyncio.Event()

    def stop_waiting(self) -> None:
        self.closing = True
        self.ring()

    async def close(self) -> None:
        self.stop_waiting()
        await self._watcher.close()
        await self._flights.close()
        await self._signed.close()

    # --- questions ---------------------------------------------------------------------------

    async def info(self) -> Doc:
        said = await self._flights.join("info", self._info)
        mark = await self._mark()
        return {
            "instance_start_time": str(mark.made),
            "db_name": NAME,
            "purge_seq": mark.marked(0),
            "update_seq": mark.marked(said["update_seq"]),
            "props": {},
            "doc_del_count": _count(said.get("doc_del_count")),
            "doc_count": _count(said.get("doc_count")),
            "compact_running": False,
        }

    async def position(self, text: str) -> str:
        mark = await self._mark()
        if text == "now":
            return mark.marked(await self._newest())
        since = mark.unmarked(text)
        # What counts plainly would pass over everything until it has come as far once more.
        if since.isdigit() and since != "0":
            newest = await self._newest()
            if isinstance(newest, int) and int(since) > newest:
                raise foreign_sequence()
        return mark.marked(since)

    async def changes(
        self, since: str, limit: int, *, descending: bool = False, include_docs: bool = False
    ) -> Changes:
        mark = await self._mark()
        own = mark.unmarked(since)
        key = ("changes", own, limit, descending, include_docs)
        found = await self._flights.join(
            key, lambda: self._page(own, limit, descending, include_docs)
        )
        rows = [replace(row, seq=mark.marked(row.seq)) for row in found.rows]
        return Changes(rows, mark.marked(found.last_seq), found.pending)

    async def leaves(self, key: str) -> list[tuple[str, bool]]:
        return (await self._lookup.one(key)).leaves

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
        asked = {key: [rev for rev in names if _may_be(rev)] for key, names in revs.items()}
        asked = {key: names for key, names in asked.items() if names and _is_plain(key)}
        differences = await self._differences(asked) if asked else {}
        for key, names in revs.items():
            unasked = [rev for rev in names if rev not in asked.get(key, ())]
            if unasked:
                differences.setdefault(key, {"missing": []})["missing"] += unasked
        return {key: said for key, said in differences.items() if said["missing"]}

    async def bulk_get(self, wanted: Sequence[tuple[str, str | None]]) -> list[Doc | None]:
        named = [(key, rev) for key, rev in wanted if rev and _is_plain(key) and _may_be(rev)]
        with answered():
            docs = await self._remote.bulk_get(list(dict.fromkeys(named))) if named else []
        found: dict[tuple[str, str | None], Doc] = {(doc["_id"], doc["_rev"]): doc for doc in docs}
        trees = await self._lookup.many(dict.fromkeys(key for key, rev in wanted if not rev))
        for key, tree in trees.items():
            if tree.winner:
                found[key, None] = tree.winner
        return [found.get((key, rev or None)) for key, rev in wanted]

    async def naming(self, picture: str) -> list[str]:
        return await self._views.naming(picture)

    async def earlier_updates(self, reports: Sequence[str], since: str) -> list[Change]:
        """All living updates of these reports: sequences here cannot be compared."""
        trees = await self._lookup.many(await self._views.updates(reports))
        return [
            Change(since, key, tuple(rev for rev, _ in tree.leaves), doc=tree.winner)
            for key, tree in trees.items()
            if tree.winner and not tree.leaves[0][1]
        ]

    async def get_local(self, user: str, name: str) -> Doc | None:
        return await self._local.get(_log(user, name))

    # --- changes -----------------------------------------------------------------------------

    async def take_in(self, docs: Sequence[Doc], sender: Viewer) -> Arrival:
        try:
            return await self._writing.take_in(docs, sender)
        finally:
            self._flights.part()

    async def bulk_docs(self, docs: Sequence[Doc], sender: Viewer) -> list[WriteFailure]:
        return (await self.take_in(docs, sender)).failures

    async def put_local(self, user: str, name: str, body: Doc) -> None:
        await self._local.put(_log(user, name), body)

    async def drop_local(self, user: str, name: str) -> None:
        await self._local.drop(_log(user, name))

    # --- below -------------------------------------------------------------------------------

    async def _mark(self) -> Mark:
        mark = await self._flights.join("mark", self._marking.current)
        self.made = mark.made
        return mark

    async def _info(self) -> Doc:
        """What the backend says of the database."""
        with answered():
            reply = await self._requests.request("GET", self._path, cap=ANSWER_BYTES)
            if reply.status != 200:
                raise reply.refusal()
            found = reply.json()
            read_info(found)
            return dict(found)

    async def _newest(self) -> Seq:
        sequence: Seq = (await self._flights.join("info", self._info))["update_seq"]
        return sequence

    async def _page(self, since: str, limit: int, descending: bool, include_docs: bool) -> Changes:
        """As many rows as fit into an answer, without those that are none of the client's."""
        with answered():
            page, limit = await self._fitting(since, limit, descending, include_docs)
        rows = [row for row in page.rows if _is_plain(row.id)]
        if any(isinstance(row.seq, int) for row in rows):  # PouchDB: the winner is anywhere
            rows = await self._lookup.ordered(rows)
        pending = page.pending
        if pending is None:  # it does not count: there are more where the page is full
            pending = int(len(page.rows) >= limit)
        if not page.rows or str(page.last_seq) == since:
            pending = 0  # whatever it says: nobody comes any further by asking again
        return Changes(rows, page.last_seq, pending)

    async def _fitting(
        self, since: str, limit: int, descending: bool, include_docs: bool
    ) -> tuple[Changes, int]:
        """A page, and how many rows it was asked for."""
        while True:
            try:
                page = await self._remote.changes(
                    since, limit=limit, descending=descending, include_docs=include_docs
                )
            except AnswerTooLarge:
                if limit == 1 and not include_docs:
                    raise
                include_docs = include_docs and limit > 1  # a document that no answer can hold
                limit = max(1, limit // 4)
            except Refused as error:
                if error.status == 400 and since != "0":
                    raise foreign_sequence() from error
                raise
            else:
                return page, limit

    async def _differences(
        self, asked: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, list[str]]]:
        with answered():
            reply = await self._requests.request(
                "POST", f"{self._path}/_revs_diff", json=asked, cap=PAGE_BYTES
            )
            if reply.status != 200:
                raise reply.refusal()
            said = read_differences(reply.json())
        return {key: differing for key, differing in said.items() if key in asked}


def _is_plain(key: str) -> bool:
    return not key.startswith("_")


def _may_be(rev: str) -> bool:
    """Whether a CouchDB may have a revision of this name; it takes no other into its mouth."""
    try:
        _, digest = parse(rev)
    except BadRevision:
        return False
    if len(digest) == _DIGEST_DIGITS:
        return bool(_HEXADECIMAL.fullmatch(digest))
    return digest.isascii() and digest.isalnum()


def _log(user: str, name: str) -> str:
    """A name of a user's log there: neither tells anything, and no two users' are the same."""
    return "log-" + hashlib.sha256(f"{len(user)}/{user}/{name}".encode()).hexdigest()


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
