"""Who sends a body is judged when it is here, not when its head came."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.accounts.sessions import Sessions
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user, enable_user, set_user
from tests.conftest import MovableClock
from tests.gateway.peer import PASSWORD, announced, bearer, picture, piece, push, report

Change = Callable[[], Coroutine[Any, Any, None]]
PICTURE = picture()
PIECE = 32 * 1024


class Parked:
    """A body of which the first bytes are there, and the rest after something has happened."""

    def __init__(self, content: bytes, first: int, meanwhile: Change) -> None:
        self._content, self._first, self._meanwhile = content, first, meanwhile

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content[: self._first]
        await self._meanwhile()
        yield self._content[self._first :]


def body(doc: dict[str, Any]) -> bytes:
    return json.dumps({"new_edits": False, "docs": [doc]}).encode()


@pytest.fixture
def disabled(folder: GatewayFolder) -> Change:
    async def meanwhile() -> None:
        await asyncio.to_thread(enable_user, folder, "demo", enabled=False)

    return meanwhile


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/db/civic/_bulk_docs", body(report("r1"))),
        ("PUT", "/db/civic/_local/x", b'{"session": "1"}'),
        ("POST", "/db/civic/_revs_diff", b'{"r1": ["1-a"]}'),
        ("POST", "/db/civic/_bulk_get", b'{"docs": [{"id": "r0"}]}'),
    ],
)
async def test_a_disabled_user_gets_no_further(
    demo: httpx.AsyncClient, folder: GatewayFolder, disabled: Change,
    method: str, path: str, content: bytes,
) -> None:  # fmt: skip
    await push(demo, report("r0"))
    answer = await demo.request(method, path, content=Parked(content, 5, disabled))
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    demo.headers.update(await bearer(demo, "asha"))
    assert (await demo.get("/db/civic/r1")).status_code == 404


async def test_a_role_that_was_taken_away(demo: httpx.AsyncClient, folder: GatewayFolder) -> None:
    add_user(folder, "boss", PASSWORD, cost=CHEAP, roles=frozenset({"admin"}))
    demo.headers.update(await bearer(demo, "boss"))

    async def demoted() -> None:
        changes = Changes(roles=frozenset({"technician"}))
        await asyncio.to_thread(set_user, folder, "boss", changes)

    service = report("service:lamp", "boss") | {"type": "service"}
    answer = await demo.post("/db/civic/_bulk_docs", content=Parked(body(service), 5, demoted))
    assert [refused["error"] for refused in answer.json()] == ["forbidden"]


async def test_a_session_that_was_ended(demo: httpx.AsyncClient) -> None:
    async def signed_out() -> None:
        assert (await demo.delete("/v1/session")).status_code == 204

    answer = await demo.post(
        "/db/civic/_bulk_docs", content=Parked(body(report("r1")), 5, signed_out)
    )
    assert answer.status_code == 401


async def test_a_token_may_come_to_its_end_while_a_thin_line_brings_the_body(
    demo: httpx.AsyncClient, clock: MovableClock
) -> None:
    async def later() -> None:
        clock.move(3600)

    parked = Parked(body(report("r1")), 5, later)
    assert (await demo.post("/db/civic/_bulk_docs", content=parked)).json() == []
    assert (await demo.get("/db/civic/r1")).status_code == 401


async def test_no_picture_comes_of_the_upload_of_a_disabled_user(
    demo: httpx.AsyncClient, folder: GatewayFolder, disabled: Change
) -> None:
    begun = await demo.post("/v1/uploads", headers=announced(PICTURE))
    parked = Parked(PICTURE, len(PICTURE) - 1, disabled)
    answer = await demo.patch(begun.headers["location"], content=parked, headers=piece(0))
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert answer.headers["tus-resumable"] == "1.0.0"
    enable_user(folder, "demo", enabled=True)
    demo.headers.update(await bearer(demo))
    key = f"{hashlib.sha256(PICTURE).hexdigest()}.jpg"
    assert (await demo.get(f"/v1/objects/{key}")).status_code == 404


async def test_a_long_upload_ends_with_the_session(
    demo: httpx.AsyncClient, folder: GatewayFolder, disabled: Change
) -> None:
    begun = await demo.post("/v1/uploads", headers=announced(bytes(20 * PIECE)))

    async def endless() -> AsyncIterator[bytes]:
        yield bytes(PIECE)
        await disabled()
        yield bytes(PIECE)
        await asyncio.Event().wait()

    answer = await demo.patch(begun.headers["location"], content=endless(), headers=piece(0))
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["HEAD", "DELETE"])
async def test_what_waited_for_its_turn(
    demo: httpx.AsyncClient, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await demo.post("/v1/uploads", headers=announced(PICTURE))

    async def over(*_: object) -> None:
        return None

    monkeypatch.setattr(Sessions, "still", over)
    answer = await demo.request(
        method, begun.headers["location"], headers={"Tus-Resumable": "1.0.0"}
    )
    assert answer.status_code == 401
