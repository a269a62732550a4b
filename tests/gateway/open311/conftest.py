"""A gateway that speaks Open311, with categories, and a portal that posts."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette

from civictui.domain.model import Doc, now_text
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.database.definitions import publish
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.offer import Offer
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.open311.city import DEFINITIONS

Open = Callable[[Offer], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def opened(folder: GatewayFolder, clock: MovableClock) -> AsyncIterator[Open]:
    """Make a client of a gateway with this offer; one a test."""
    apps: list[Starlette] = []

    async def make(offer: Offer) -> httpx.AsyncClient:
        app = build(folder, clock=clock, cost=CHEAP, open311=offer)
        apps.append(app)
        await publish(app.state.backends.database, DEFINITIONS, "administrator")
        return client_of(app)

    yield make
    for app in apps:
        await app.state.backends.close()


@pytest.fixture
async def city(opened: Open) -> httpx.AsyncClient:
    """Everybody reads everything, notes too."""
    return await opened(Offer(jurisdiction="city.gov", public=True, notes=True))


@pytest.fixture
async def reserved(opened: Open) -> httpx.AsyncClient:
    """Who has a key reads what came by it."""
    return await opened(Offer())


@pytest.fixture
def key(folder: GatewayFolder, clock: MovableClock) -> str:
    """Of the account demo."""
    return ApiKeys(folder).make("demo", now_text(clock.now()))


@pytest.fixture
def definitions() -> list[Doc]:
    return DEFINITIONS
