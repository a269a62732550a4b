"""Whether the gateway lives, and whether all that it stands on answers. Both are open to anybody.

Neither tells more than that: no address, no reason of another server, no number.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.errors import CivicError
from civictui.domain.model import Doc
from civictui.gateway.backends import Backends
from civictui.gateway.journal import LOGGER, note_refusal
from civictui.gateway.problems import Problem
from civictui.gateway.routes.answers import answer

PATIENCE_SECONDS = 5.0
"""How long each backend has to answer."""
LEAST_ROOM = 64 * 1024 * 1024
"""Bytes that have to be free: four of the largest pictures."""
OK, UNAVAILABLE, NO_ROOM = "ok", "unavailable", "no_room"
_NEVER_KEPT = {"Cache-Control": "no-store"}
_RETRY_SECONDS = 10


class Readiness:
    """Asks once for all who want to know at a time: whoever asks often asks nobody else often."""

    def __init__(self, backends: Backends) -> None:
        self._asking: dict[str, Callable[[], Awaitable[object]]] = {
            "database": backends.database.info,
            "objects": backends.objects.check,
            "accounts": backends.accounts.check,
        }
        self._folder = backends.folder
        self._running: asyncio.Task[Doc] | None = None

    async def parts(self) -> Doc:
        """By name, whether each part is `ok`."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._asked())
        return await asyncio.shield(self._running)

    async def _asked(self) -> Doc:
        answers = await asyncio.gather(*(_answers(ask) for ask in self._asking.values()))
        said = dict(zip(self._asking, answers, strict=True))
        return {**said, "room": await asyncio.to_thread(_room, self._folder)}


async def ready(request: Request) -> Response:
    """GET /healthz: 200 where requests can be done, else 503 and what is missing."""
    parts = await request.app.state.readiness.parts()
    missing = [name for name, standing in parts.items() if standing != OK]
    if not missing:
        return await answer(request, {"status": OK, **parts}, headers=_NEVER_KEPT)
    return await _not_ready(request, parts, missing)


async def alive(request: Request) -> Response:
    """GET /livez: 200 as long as there is somebody to say so; no backend is asked."""
    return await answer(request, {"status": OK}, headers=_NEVER_KEPT)


async def _not_ready(request: Request, parts: Doc, missing: list[str]) -> Response:
    code = NO_ROOM if missing == ["room"] else "backend_unavailable"
    reason = f"Not ready: {', '.join(missing)}."
    problem = Problem(503, code, reason, headers={"Retry-After": str(_RETRY_SECONDS)})
    note_refusal(request.scope, problem)
    said = {**problem.body, "status": UNAVAILABLE, **parts}
    return await answer(request, said, problem.status, {**_NEVER_KEPT, **problem.headers})


async def _answers(ask: Callable[[], Awaitable[object]]) -> str:
    """Whatever it says is an answer; a refusal, an error and silence are none."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ask()
    except (Problem, TimeoutError):
        return UNAVAILABLE
    except CivicError as error:
        LOGGER.error("a part of the gateway does not work", exc_info=error)
        return UNAVAILABLE
    return OK


def _room(folder: Path) -> str:
    try:
        return OK if shutil.disk_usage(folder).free >= LEAST_ROOM else NO_ROOM
    except OSError:
        return UNAVAILABLE


ROUTES = [Route("/healthz", ready, methods=["GET"]), Route("/livez", alive, methods=["GET"])]
