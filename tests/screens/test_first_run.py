"""The first start: the server is asked for, looked at, and kept; nothing is believed unlooked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from civictui.domain.errors import CivicError, GatewayError, Unreachable, UsageError
from civictui.preferences import Preferences
from civictui.screens.first_run import FirstRun
from civictui.screens.login import Login
from civictui.settings import Settings, load
from civictui.widgets.form.line_field import LineField
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

NAME = "reports.example.org"


@asynccontextmanager
async def first_run(tmp_path: Path, failing: CivicError | None = None) -> AsyncIterator[Stage]:
    service = FakeService(failing={"look_at": failing} if failing else {})
    found = Preferences(Settings(), tmp_path / "config.toml")
    async with stage(service, signed_in=False, preferences=found, first_run=True) as on:
        await on.shows(FirstRun)
        yield on


def kept(tmp_path: Path) -> str:
    return load({}, {"CIVICTUI_CONFIG": str(tmp_path / "config.toml")}).server


async def test_an_address_that_answers_leads_to_signing_in(tmp_path: Path) -> None:
    async with first_run(tmp_path) as on:
        await on.write(NAME)
        await on.press("enter")
        await on.shows(Login)
        await on.reads(f"https://{NAME} is your server")
        assert on.service.called("look_at") == [NAME]
        assert on.app.desk.server == kept(tmp_path) == f"https://{NAME}"


@pytest.mark.parametrize(
    "error",
    [
        UsageError("'x' is no server address", "Write it like https://reports.example.org."),
        GatewayError("What answers there is no civictui gateway", "Compare the address."),
    ],
)
async def test_what_is_no_gateway_is_not_taken(tmp_path: Path, error: CivicError) -> None:
    async with first_run(tmp_path, error) as on:
        await on.write(NAME)
        await on.press("enter")
        await on.reads(str(error))
        await on.press("ctrl+s")
        await on.shows(FirstRun)
        assert on.find(LineField).value == NAME
        assert not kept(tmp_path)


async def test_one_that_does_not_answer_now_can_be_taken_all_the_same(tmp_path: Path) -> None:
    async with first_run(tmp_path, Unreachable("The name is not known", "Is there a link?")) as on:
        assert on.lines[-1].startswith("F1 help  Enter go on")
        await on.press("ctrl+s")
        await on.shows(FirstRun)
        await on.write(f"https://{NAME}")
        await on.press("enter")
        await on.reads("^S takes it all the same")
        await on.press("x", "ctrl+s")  # another address, at which nobody has looked
        await on.shows(FirstRun)
        await on.press("backspace", "ctrl+s")
        await on.shows(Login)
        assert kept(tmp_path) == f"https://{NAME}"


async def test_without_an_address_nobody_is_asked(tmp_path: Path) -> None:
    async with first_run(tmp_path) as on:
        await on.press("enter")
        await on.reads("Type the address of the server.")
        assert not on.service.called("look_at")


async def test_where_it_cannot_be_kept_one_goes_on_and_is_told(tmp_path: Path) -> None:
    async with first_run(tmp_path) as on:
        (tmp_path / "config.toml").mkdir()
        await on.write(NAME)
        await on.press("enter")
        await on.shows(Login)
        said = "it is no file. It holds until you leave."
        await until(lambda: said in " ".join(on.text.split()))
        assert on.app.desk.server == f"https://{NAME}"
