"""`civictui sync` with a gateway that asks something of this terminal, over a real socket."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.commands.sync import delivered
from civictui.domain.errors import Barred, FeatureOff, StillUnsent
from civictui.domain.model import SyncResult
from civictui.domain.model.policy import DEVICE
from civictui.gateway.policy.rules import FeatureRule
from civictui.service import new_draft
from civictui.sync.rounds import Round
from tests.site import PASSWORD, Site, Terminal
from tests.site import site as _site
from tests.sync.operator import FAR, WORDS, Operator

PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"
BARRED = f"This version of civictui is disabled: {WORDS}"

site = _site
Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "one"


@pytest.fixture
def operator(site: Site) -> Operator:
    return Operator(site)


@pytest.fixture
def run(site: Site, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        common = ["--server", site.origin, "--user", "demo", "--data-dir", str(folder)]
        return main([*common, "--password-stdin", "sync", *words])

    return run


def work_offline(folder: Path, origin: str) -> str:
    """Three reports wait here, one with a photo; the terminal's id."""

    async def work() -> str:
        terminal = Terminal(folder, origin)
        service = terminal.service
        await service.sign_in("demo", PASSWORD)
        service.pause_sync()
        photo = (await service.take_photo(str(PHOTO))).photo
        for number in range(3):
            photos = (photo,) if number == 0 else ()
            await service.submit(new_draft(terminal.clock, photos, description=f"No {number}"))
        assert await service.waiting_to_go() == 4
        await service.lock()
        return terminal.vault.device_id()

    return asyncio.run(work())


def add_elsewhere(folder: Path, origin: str) -> None:
    """Somebody else's report is on the server."""

    async def work() -> None:
        terminal = Terminal(folder, origin)
        await terminal.service.sign_in("asha", PASSWORD)
        await terminal.service.submit(new_draft(terminal.clock, description="From elsewhere"))
        async with asyncio.timeout(30):
            while await terminal.service.waiting_to_go():
                await asyncio.sleep(0.01)
        await terminal.service.lock()

    asyncio.run(work())


def test_a_disabled_version_delivers_and_fetches_nothing(
    run: Run,
    site: Site,
    operator: Operator,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    work_offline(folder, site.origin)
    add_elsewhere(tmp_path / "two", site.origin)
    operator.put(FAR)
    assert run("--audit", "--pack") == Barred.exit_code
    said = capsys.readouterr()
    assert "pushed 3\n" in said.out
    assert "pulled 0\n" in said.out
    assert "unsent 0\n" in said.out
    last = said.err.splitlines()[-1]
    assert last.startswith(f"civictui: {BARRED}; sent 5, 0 wait.")
    operator.put()
    assert run() == 0
    assert "pulled 1\n" in capsys.readouterr().out


def test_a_lost_terminal_delivers_and_fetches_nothing(
    run: Run, site: Site, operator: Operator, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.disable(work_offline(folder, site.origin))
    assert run() == Barred.exit_code
    assert "This terminal is disabled" in capsys.readouterr().err


def test_whoever_is_barred_in_the_middle_of_it_delivers_the_rest(
    run: Run,
    site: Site,
    operator: Operator,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    work_offline(folder, site.origin)
    whole = Round.run

    async def disabled_now(self: Round, *args: object, **options: object) -> None:
        operator.put(FAR)
        await whole(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Round, "run", disabled_now)
    assert run() == Barred.exit_code
    said = capsys.readouterr()
    assert "unsent 0\n" in said.out
    assert BARRED in said.err


def test_a_day_that_nobody_may_pack_is_said_when_all_else_is_done(
    run: Run, site: Site, operator: Operator, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work_offline(folder, site.origin)
    operator.put(features=(FeatureRule(names=("pack",), on=False),))
    assert run("--pack") == FeatureOff.exit_code
    said = capsys.readouterr()
    assert "unsent 0\n" in said.out
    assert "Packing a day for work without a link: switched off" in said.err


def test_what_still_waits_has_the_code_that_it_always_has() -> None:
    left = SyncResult(
        pushed=2, pictures_sent=1, unsent=4, barred=DEVICE, barred_words="It was\nlost"
    )
    error = delivered(left)
    assert isinstance(error, StillUnsent)
    assert str(error) == "This terminal is disabled: It was lost; sent 3, 4 wait"
    assert "civictui export --sealed" in error.advice
    assert delivered(SyncResult(barred=DEVICE)).exit_code == Barred.exit_code
