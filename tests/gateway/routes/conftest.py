"""A terminal with a device id and a version, and what bars it."""

import httpx
import pytest

from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import Rules
from tests.gateway.routes.barring import SINCE, WORDS, Bar, bearer, put


@pytest.fixture
def disabled(folder: GatewayFolder) -> DisabledDevices:
    return DisabledDevices(folder)


@pytest.fixture(params=["device", "version"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bar(folder: GatewayFolder, disabled: DisabledDevices, kind: str) -> Bar:
    """Bars the terminal, as another process would."""

    def barred() -> None:
        versions = ("0.1.0",) if kind == "version" else ()
        put(folder, Rules(disabled_message=WORDS, disabled_versions=versions))
        if kind == "device":
            disabled.disable("terminal-1", Disabled(since=SINCE))

    return barred


@pytest.fixture
def disable(disabled: DisabledDevices) -> Bar:
    def done() -> None:
        disabled.disable("terminal-1", Disabled(since=SINCE))

    return done


@pytest.fixture
async def terminal(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Signed in as demo on terminal-1, with version 0.1.0."""
    http.headers.update(await bearer(http))
    return http
