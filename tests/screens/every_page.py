"""Every screen of the program, and how one gets there: for tests of what holds on all of them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from textual.screen import Screen

from civictui.domain.errors import SealedOtherwise
from civictui.domain.events import Event, SignInNeeded
from civictui.domain.model import (
    GeoPoint,
    Photo,
    Policy,
    Report,
    SyncPhase,
    SyncState,
    Unsent,
    Waiting,
)
from civictui.keys import ALL, display
from civictui.preferences import Preferences
from civictui.screens.help import HEADINGS, Help
from civictui.settings import Settings
from tests.city import picture
from tests.disputes import clash, disputed, earlier
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

PHOTO = Photo("a.jpg", "a-small.jpg", 231_000, 1600, 900)
HERE = GeoPoint(37.78, -122.41)
SIGN_IN = (*"demo", "tab", *"right", "space", *"horse", "enter")


@dataclass(frozen=True)
class Way:
    """To a screen, by its class's name: with which service, and which keys."""

    name: str
    keys: tuple[str, ...] = ()
    service: Callable[[], FakeService] = FakeService
    signed_in: bool = True
    emits: Event | None = None
    first_run: bool = False


def in_conflict() -> FakeService:
    """A report of one's own in conflict that was refused, with photos, a place, and a past."""
    service = disputed(clash())
    row = service.reader.reports["r1"]
    service.reader.reports["r1"] = replace(
        row, report=replace(row.report, photos=(PHOTO,), point=HERE)
    )
    service.reader.add(Report(id="r2", description="A bench", point=HERE, category="bench"))
    service.pictures["a.jpg"] = picture(1, 160, 90)
    service.queue = [Waiting(id="r1", title="Lamp", photos=1, reason="no", code="too_large")]
    service.reader.put_away["r1"] = [earlier()]
    return service


def sealed() -> FakeService:
    return FakeService(failing={"sign_in": SealedOtherwise(recoverable=True)})


def barred() -> FakeService:
    """A version that only delivers, with something that waits."""
    policy = Policy(
        minimum_version="1.4",
        disabled_message="Version 1.2 loses photos.\nThe depot has the new one: ask at desk 3.",
    )
    state = SyncState(
        phase=SyncPhase.OFFLINE, reason="no link", unsent=Unsent(2, 1, 230_000, needs_you=1)
    )
    return FakeService(asked=policy, state=state)


def saying() -> FakeService:
    """An operator with more to say than has room."""
    return FakeService(public="On Saturday the servers are renewed: what you send waits here. " * 6)


def there() -> FakeService:
    return FakeService(where=HERE)


TO_PLACE = ("n", "tab", "tab", "tab", *"37.78,-122.41", "enter")
WAYS = [
    Way("FirstRun", signed_in=False, first_run=True),
    Way("Login", service=saying, signed_in=False),
    Way("SettingsPage", ("comma",)),
    Way("ReportList", service=in_conflict),
    Way("ReportDetail", ("enter",), in_conflict),
    Way("ReportNew", ("n",)),
    Way("ReportEdit", ("enter", "e"), in_conflict),
    Way("UpdatePage", ("enter", "a"), in_conflict),
    Way("CopyPage", ("enter", "y"), in_conflict),
    Way("NearbyPage", (*TO_PLACE, "f6"), in_conflict),
    Way("FilterPage", ("f",), in_conflict),
    Way("SyncPage", ("S",), in_conflict),
    Way("DeliveryPage", SIGN_IN, barred, signed_in=False),
    Way("ShiftPage", ("e",), in_conflict),
    Way("PackPage", ("P",), there),
    Way("ConflictPage", ("enter", "c"), in_conflict),
    Way("EarlierVersions", ("enter", "h"), in_conflict),
    Way("VersionPage", ("enter", "h", "enter"), in_conflict),
    Way("PicturePage", ("enter", "p"), in_conflict),
    Way("MapPage", ("m",), in_conflict),
    Way("PinPage", ("n", "f5"), there),
    Way("Help", ("f1",)),
    Way("Palette", ("ctrl+p",)),
    Way("ChangePasswordPage", ("f9",)),
    Way("ExportPage", ("S", "x"), in_conflict),
    Way("SealedPage", SIGN_IN, sealed, signed_in=False),
    Way("WorkAside", SIGN_IN, partial(FakeService, aside=1), signed_in=False),
    Way("AskPassword", emits=SignInNeeded("demo")),
    Way("Ask", ("n", *"hole", "f8")),
]
BY_NAME = {way.name: way for way in WAYS}


@asynccontextmanager
async def arrived(way: Way, **options: Any) -> AsyncIterator[tuple[Stage, Screen[Any]]]:
    """Go there, and wait until it is on top."""
    preferences = Preferences(Settings(), Path("config.toml"))  # nothing is written here
    begun = {"preferences": preferences, "first_run": way.first_run, **options}
    async with stage(way.service(), signed_in=way.signed_in, **begun) as on:
        for key in way.keys:
            await on.press(key)
        if way.emits:
            on.service.emit(way.emits)
        try:
            await until(lambda: name_on_top(on) == way.name and on.app.screen.is_running)
        except TimeoutError:
            raise AssertionError(f"{way.name} is not on top of:\n{on.text}") from None
        await on.settle()
        yield on, on.app.screen


def name_on_top(on: Stage) -> str:
    return type(on.app.screen).__name__


def offered(on: Stage) -> list[str]:
    """What the palette lists."""
    return [line.lstrip(" >").partition("  ")[0] for line in on.lines[3:-2] if line.strip()]


async def assert_listed(on: Stage, working: set[str]) -> None:
    """The help lists the keys with these ids, and no other."""
    await on.press("f1")
    await on.shows(Help)
    by_act: dict[tuple[str, str], list[str]] = {}
    for key in ALL:
        if key.id in working:
            names = [display(name) for name in key.keys.split(",")]
            by_act.setdefault((key.action, key.help), []).extend(names)
    footer = {line.partition("  ")[0] for line in on.lines[-2:]}
    begin = next(at for at, line in enumerate(on.lines) if line.rstrip() in HEADINGS)
    listed = {line.partition("  ")[0] for line in on.lines[begin:] if line[:1].strip()} - footer
    assert listed - set(HEADINGS) == {", ".join(names) for names in by_act.values()}
