"""The gateway as one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from civictui.domain.errors import CivicError, StoreFull
from civictui.domain.ports import Clock
from civictui.gateway import health
from civictui.gateway.accounts.passwords import STANDARD
from civictui.gateway.backends import ACCESS_SECONDS, Backends
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.bounds import Bounds
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.gate import Gate
from civictui.gateway.journal import LOGGER, Journal
from civictui.gateway.open311 import routes as open311_routes
from civictui.gateway.open311.offer import Offer
from civictui.gateway.open311.office import Office
from civictui.gateway.operation import PLAIN, Operation
from civictui.gateway.problems import Problem
from civictui.gateway.routes import (
    accounts,
    devices,
    maps,
    objects,
    policy,
    replication,
    sessions,
    tus,
)
from civictui.gateway.routes.answers import problem_answer
from civictui.storage.slots import Cost

if TYPE_CHECKING:
    from civictui.gateway.metrics.meter import Meter

_ROUTING = {404: ("not_found", "missing"), 405: ("method_not_allowed", "Not with this method.")}


def build(
    folder: GatewayFolder,
    *,
    clock: Clock,
    access_seconds: int = ACCESS_SECONDS,
    cost: Cost = STANDARD,
    backing: Backing = EMBEDDED,
    open311: Offer | None = None,
    operation: Operation = PLAIN,
) -> Starlette:
    """Open the folder's parts and put the routes before them, Open311's where it is offered.

    The caller holds `folder.alone()`. The end of the application's lifespan closes the parts;
    where it is never begun, `await app.state.backends.close()` does.
    Raises StoreDamaged, StoreError, UsageError.
    """
    app = Starlette(
        routes=[
            *health.ROUTES,
            *sessions.ROUTES,
            *policy.ROUTES,
            *devices.ROUTES,
            *accounts.ROUTES,
            *objects.ROUTES,
            *tus.ROUTES,
            *maps.ROUTES,
            *replication.ROUTES,
            *(open311_routes.ROUTES if open311 else ()),
        ],
        middleware=[Middleware(Journal), Middleware(Bounds, told=_told), Middleware(Gate)],
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
    app.state.readiness = health.Readiness(app.state.backends)
    app.state.meter = _meter(app, operation.metrics_token) if operation.metrics_token else None
    if open311:
        app.state.open311 = Office(open311, folder, app.state.backends)
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    await app.state.backends.close()


def _meter(app: Starlette, token: str) -> "Meter":
    """Prometheus' library is loaded where it is wanted."""
    from civictui.gateway.metrics.meter import Meter
    from civictui.gateway.metrics.routes import metrics_route

    backends: Backends = app.state.backends
    meter = Meter(backends.folder, lambda: backends.held.count)
    app.router.routes.append(metrics_route(meter, token))
    return meter


async def refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - how the handlers are registered
    return await _told(request, problem)


async def misrouted(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how the handlers are registered
    code, reason = _ROUTING.get(error.status_code, ("bad_request", "This cannot be read."))
    return await _told(request, Problem(error.status_code, code, reason, headers=error.headers))


async def gone(request: Request, _: Exception) -> Response:
    """Nobody is there to read it; what had come was kept."""
    return await _told(request, Problem(400, "disconnected", "The connection broke off."))


async def full(request: Request, _: Exception) -> Response:
    reason = "The gateway has no room left. Nothing was stored; try again later."
    return await _told(request, Problem(507, "no_room", reason, headers={"Retry-After": "300"}))


async def broken(request: Request, error: Exception) -> Response:
    """A mistake of ours or a failing disk: the log says where, the client is told that it was."""
    LOGGER.error("a request failed", exc_info=error)
    return await _told(request, Problem(500, "internal", "The gateway failed; its log says where."))


async def _told(request: Request, problem: Problem) -> Response:
    """In the shape that the path's clients know."""
    if open311_routes.is_inside(request):
        return await open311_routes.refusal(request, problem)
    return problem_answer(problem)
