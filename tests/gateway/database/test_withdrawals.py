"""An edit that met its author's withdrawal: who settles it, and who cannot make use of it."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.clock import SystemClock
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from tests.gateway.conftest import client_of
from tests.gateway.peer import bearer, push, report, revision

FIRST = report("r1")
BODY = {"type": "report", "reportedBy": "demo"}
EDITED = revision("r1", BODY | {"status": "edited"}, FIRST["_rev"])
WITHDRAWAL = {"withdrawnBy": "demo", "withdrawnAt": "2026-05-04T12:00:00Z"}
WITHDRAWN = revision("r1", WITHDRAWAL, FIRST["_rev"], deleted=True)
BARE = revision("r1", {}, FIRST["_rev"], deleted=True)
SETTLED = revision(
    "r1", WITHDRAWAL | {"withdrawnBy": "asha"}, EDITED["_rev"], FIRST["_rev"], deleted=True
)


def on_top(doc: dict[str, Any]) -> tuple[str, str]:
    return doc["_rev"], FIRST["_rev"]


@pytest.fixture
async def asha(app: Starlette) -> dict[str, dict[str, str]]:
    """How to push as asha."""
    async with client_of(app) as other:
        return {"headers": await bearer(other, "asha")}


async def codes(http: httpx.AsyncClient, *docs: dict[str, Any], **options: Any) -> list[str]:
    return [entry["error"] for entry in await push(http, *docs, **options)]


async def is_gone(http: httpx.AsyncClient) -> bool:
    return (await http.get("/db/civic/r1")).status_code == 404


@pytest.mark.parametrize("gone", [WITHDRAWN, BARE])
async def test_another_may_delete_what_was_edited_while_the_author_withdrew_it(
    demo: httpx.AsyncClient, asha: dict[str, Any], gone: dict[str, Any]
) -> None:
    await push(demo, FIRST, gone)
    assert await push(demo, EDITED, **asha) == []
    assert not await is_gone(demo)
    assert await codes(demo, SETTLED, **asha) == []
    assert await is_gone(demo)


async def test_the_order_of_edit_and_withdrawal_does_not_matter(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    await push(demo, FIRST)
    await push(demo, EDITED, **asha)
    await push(demo, WITHDRAWN)
    assert await codes(demo, SETTLED, **asha) == []
    assert await is_gone(demo)


async def test_the_word_of_the_author_is_known_after_a_restart(
    folder: GatewayFolder, demo: httpx.AsyncClient, app: Starlette
) -> None:
    await push(demo, FIRST, EDITED, WITHDRAWN)
    await app.state.backends.close()
    again = build(folder, clock=SystemClock(), cost=CHEAP)
    async with client_of(again) as other:
        assert await codes(other, SETTLED, headers=await bearer(other, "asha")) == []
        await again.state.backends.close()


async def test_a_withdrawal_that_was_overruled_entitles_nobody(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    await push(demo, FIRST, EDITED, WITHDRAWN)
    folded = {"mergedInto": EDITED["_rev"]}
    kept = revision("r1", folded, *on_top(WITHDRAWN), deleted=True)
    assert await codes(demo, kept, **asha) == []  # on a deleted leaf anybody may put another one
    assert await codes(demo, SETTLED, **asha) == ["forbidden"]
    assert await codes(demo, revision("r1", WITHDRAWAL, *on_top(EDITED), deleted=True)) == []


async def test_nobody_withdraws_in_the_authors_name(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    await push(demo, FIRST)
    await push(demo, EDITED, **asha)
    assert await codes(demo, WITHDRAWN, **asha) == ["forbidden"]  # though it is a leaf that lost
    assert await codes(demo, SETTLED, **asha) == ["forbidden"]
    assert not await is_gone(demo)


async def test_an_author_who_settles_a_conflict_has_not_withdrawn(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    await push(demo, FIRST, EDITED)
    for body in ({}, {"mergedInto": EDITED["_rev"]}):
        loser = revision("r1", BODY | {"status": str(body)}, FIRST["_rev"])
        settled = revision("r1", body, *on_top(loser), deleted=True)
        assert await codes(demo, loser, settled) == []
    assert await codes(demo, SETTLED, **asha) == ["forbidden"]


async def test_both_in_one_batch(demo: httpx.AsyncClient, asha: dict[str, Any]) -> None:
    await push(demo, FIRST, WITHDRAWN)
    assert await codes(demo, EDITED, SETTLED, **asha) == []
    assert await is_gone(demo)
    again = revision("r1", BODY | {"status": "again"}, *on_top(EDITED))
    own = WITHDRAWAL | {"withdrawnBy": "asha"}
    more = revision("r1", own, again["_rev"], *on_top(EDITED), deleted=True)
    assert await codes(demo, again, more, **asha) == []
