"""The gateway as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.errors import CivicError, StoreFull
from civictui.domain.ports import Clock
from civictui.gateway.accounts.passwords import STANDARD
from civictui.gateway.backends import ACCESS_SECONDS, Backends, backends_of
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.gate import Gate
from civictui.gateway.journal import LOGGER, Journal
from civictui.gateway.open311 import routes as open311_routes
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.offer import Offer
from civictui.gateway.open311.office import Office
from civictui.gateway.problems import Problem
from civictui.gateway.routes import accounts, maps, objects, replication, sessions, tus
from civictui.gateway.routes.answers import answer, problem_answer
from civictui.storage.slots import Cost

_ROUTING = {404: ("not_found", "missing"), 405: ("method_not_allowed", "Not with this method.")}


def build(
    folder: GatewayFolder,
    *,
    clock: Clock,
    access_seconds: int = ACCESS_SECONDS,
    cost: Cost = STANDARD,
    backing: Backing = EMBEDDED,
    open311: Offer | None = None,
) -> Starlette:
    """Open the folder's parts and put the routes before them, Open311's where it is offered.

    The caller holds `folder.alone()`. The end of the application's lifespan closes the parts;
    where it is never begun, `await app.state.backends.close()` does.
    Raises StoreDamaged, StoreError, UsageError.
    """
    app = Starlette(
        routes=[
            Route("/healthz", health, methods=["GET"]),
            *sessions.ROUTES,
            *accounts.ROUTES,
            *objects.ROUTES,
            *tus.ROUTES,
            *maps.ROUTES,
            *replication.ROUTES,
            *(open311_routes.ROUTES if open311 else ()),
        ],
        middleware=[Middleware(Journal), Middleware(Gate)],
        exception_handlers={
            Problem: refused,
            HTTPException: misrouted,
            ClientDisconnect: gone,
            StoreFull: full,
            CivicError: broken,
            Exception: broken,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.backends = Backends.open(folder, clock, access_seconds, cost, backing)
    if open311:
        app.state.open311 = Office(open311, ApiKeys(folder), app.state.backends)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    await app.state.backends.close()


async def health(request: Request) -> Response:
    """GET /healthz: 200 when database and object storage answer, else 503 says which does not."""
    backends = backends_of(request)
    await backends.database.info()
    await backends.objects.check()
    return await answer(request, {"status": "ok"}, headers={"Cache-Control": "no-store"})


async def refused(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - how the handlers are registered
    return problem_answer(problem)


async def misrouted(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how the handlers are registered
    code, reason = _ROUTING.get(error.status_code, ("bad_request", "This cannot be read."))
    return problem_answer(Problem(error.status_code, code, reason, headers=error.headers))


async def gone(_: Request, __: Exception) -> Response:
    """Nobody is there to read it; what had come was kept."""
    return problem_answer(Problem(400, "disconnected", "The connection broke off."))


async def full(_: Request, __: Exception) -> Response:
    reason = "The gateway has no room left. Nothing was stored; try again later."
    return problem_answer(Problem(507, "no_room", reason, headers={"Retry-After": "300"}))


async def broken(_: Request, error: Exception) -> Response:
    """A mistake of ours or a failing disk: the log says where, the client is told that it was."""
    LOGGER.error("a request failed", exc_info=error)
    return problem_answer(Problem(500, "internal", "The gateway failed; its log says where."))
