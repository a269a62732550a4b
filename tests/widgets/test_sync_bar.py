import itertools
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from civictui.domain.model import SyncPhase, SyncState, Unsent
from civictui.widgets import sync_bar
from civictui.widgets.sync_bar import SyncBar, status_line
from tests.fakes import FakeService
from tests.stage import stage, until

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PROVED = NOW - timedelta(minutes=3)


def line(state: SyncState, width: int = 80) -> str:
    return status_line(state, "asha", NOW, width).rstrip()


def test_all_is_well() -> None:
    state = SyncState(phase=SyncPhase.IDLE, proved_at=PROVED)
    assert line(state) == "online · all sent · proved 3 min ago · asha"


def test_what_is_not_sent_is_counted() -> None:
    unsent = Unsent(reports=2, photos=1, bytes=230_000)
    state = SyncState(phase=SyncPhase.OFFLINE, proved_at=PROVED, unsent=unsent)
    assert line(state) == "offline · not sent: 2 reports, 1 photo 230 kB · proved 3 min ago · asha"


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (90, "online · 3 need you · not sent: 2 reports, 1 photo 330 kB · proved 3 min ago · asha"),
        (80, "online · 3 need you · not sent: 2 reports, 1 photo 330 kB · proved 3 min ago"),
        (40, "online · 3 need you · not sent: 3 · pro…"),
    ],
)
def test_what_does_not_go_by_itself_is_counted_apart(width: int, said: str) -> None:
    unsent = Unsent(reports=2, photos=1, bytes=330_000, needs_you=3)
    state = SyncState(phase=SyncPhase.IDLE, proved_at=PROVED, unsent=unsent)
    assert line(state, width) == said
    assert "need" not in line(state.with_(unsent=Unsent(reports=2)))


@pytest.mark.parametrize(
    ("unsent", "resting", "said"),
    [
        (Unsent(photos=3, bytes=1_200_000), 3, "3 photos 1.2 MB wait for the depot"),
        (Unsent(photos=1, bytes=400_000), 1, "1 photo 400 kB waits for the depot"),
        (Unsent(1, 3, 1_200_000), 3, "not sent: 1 report, 3 photos 1.2 MB (3 for the depot)"),
        (Unsent(0, 4, 1_600_000), 3, "not sent: 4 photos 1.6 MB (3 for the depot)"),
        (Unsent(0, 2, 800_000), 9, "2 photos 800 kB wait for the depot"),
        (Unsent(2), 1, "not sent: 2 reports"),
        (Unsent(), 1, "all sent"),
    ],
)
def test_what_waits_by_a_rule_is_counted_with_the_rest(
    unsent: Unsent, resting: int, said: str
) -> None:
    """A count that is a moment older than the other one never hides anything."""
    state = SyncState(
        phase=SyncPhase.IDLE, proved_at=PROVED, unsent=unsent, resting=resting, rest="for the depot"
    )
    assert line(state, 100) == f"online · {said} · proved 3 min ago · asha"


@pytest.mark.parametrize(
    ("phase", "proved", "unsent"),
    itertools.product(
        SyncPhase, [None, PROVED], [Unsent(), Unsent(1), Unsent(photos=1, bytes=9), Unsent(2, 2)]
    ),
)
def test_all_sent_is_never_said_without_a_proof_or_with_something_waiting(
    phase: SyncPhase, proved: datetime | None, unsent: Unsent
) -> None:
    said = "all sent" in line(SyncState(phase=phase, proved_at=proved, unsent=unsent))
    assert said == (unsent.nothing and proved is not None)


def test_paused_and_held_are_said_with_what_waits() -> None:
    unsent = Unsent(reports=2)
    paused = line(SyncState(phase=SyncPhase.PAUSED, proved_at=PROVED, unsent=unsent))
    assert paused == "paused · not sent: 2 reports · proved 3 min ago · asha"
    reason = "The server deletes 1200 of the 5000 reports on this terminal"
    held = line(SyncState(phase=SyncPhase.HELD, reason=reason, proved_at=PROVED, total=1200))
    assert held.startswith("held: the server deletes 1200")
    assert held.endswith(" · all sent · proved 3 min ago · asha")


def test_a_terminal_that_only_sends_says_so_and_what_is_left() -> None:
    state = SyncState(phase=SyncPhase.DISABLED, reason="Ask at desk 3.", proved_at=PROVED)
    assert line(state) == "disabled: ask at desk 3. · all sent · proved 3 min ago · asha"
    left = state.with_(unsent=Unsent(reports=1))
    assert line(left) == "disabled: ask at desk 3. · not sent: 1 report · proved 3 min ago · asha"


def test_trouble_has_its_reason_and_the_next_try() -> None:
    state = SyncState(
        phase=SyncPhase.WAITING,
        reason="no link to the server",
        next_try=datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC),
        proved_at=PROVED,
    )
    text = line(state, 120)
    assert text.startswith("waiting: no link to the server, next try ")
    assert text.endswith(":00:30 · all sent · proved 3 min ago · asha")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Cannot reach http://127.0.0.1:18471", "offline: no answer, next try "),
        ("No answer in time from https://reports.example.org", "offline: no answer, next try "),
        ("Lost the connection to https://reports.example.org", "offline: link lost, next try "),
    ],
)
def test_offline_is_understood_on_eighty_columns(reason: str, words: str) -> None:
    state = SyncState(phase=SyncPhase.OFFLINE, reason=reason, next_try=NOW, proved_at=NOW)
    text = line(state)
    assert text.startswith(words)
    assert text.endswith(" · all sent · proved just now · asha")
    assert "http" not in line(state, 200)


def test_a_reason_of_which_too_little_has_room_is_left_out() -> None:
    state = SyncState(
        phase=SyncPhase.WAITING,
        reason="the server's certificate has ended",
        next_try=NOW,
        proved_at=PROVED,
        unsent=Unsent(1),
    )
    assert line(state, 76).startswith("waiting, next try ")


def test_progress_is_counted() -> None:
    assert line(SyncState(phase=SyncPhase.UPLOADING, done=1, total=3)).startswith(
        "sending photos 1/3 · "
    )


@pytest.mark.parametrize("width", [60, 80, 100])
def test_where_room_is_short_the_reason_gives_way(width: int) -> None:
    state = SyncState(
        phase=SyncPhase.WAITING,
        reason="the server's certificate has ended on the first of November",
        next_try=NOW,
        proved_at=PROVED,
        unsent=Unsent(2, 1, 230_000),
    )
    text = status_line(state, "asha", NOW, width)
    assert cell_len(text) == width
    assert text.startswith("waiting")
    if width >= 80:
        assert text.rstrip().endswith("· proved 3 min ago · asha")


def test_a_hostile_reason_is_harmless() -> None:
    state = SyncState(phase=SyncPhase.WAITING, reason="x\x1b]52;c;eA==\x07y")
    assert "\x1b" not in line(state)
    assert "waiting: xy" in line(state)


async def test_a_flood_of_states_is_drawn_calmly_but_all_sent_goes_at_once() -> None:
    proved = SyncState(phase=SyncPhase.IDLE, proved_at=PROVED)
    async with stage(FakeService(state=proved)) as on:
        bar = on.find(SyncBar)
        bar.show(proved)
        bar.show(proved.with_(phase=SyncPhase.PULLING))
        assert bar._shown.startswith("online · all sent")
        bar.show(proved.with_(unsent=Unsent(1)))
        assert "not sent: 1 report" in bar._shown


async def test_a_new_try_that_fails_at_once_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_bar, "TRY", 0.001)
    waiting = SyncState(phase=SyncPhase.OFFLINE, next_try=NOW, proved_at=PROVED)
    tries = SyncState(phase=SyncPhase.CONNECTING, proved_at=PROVED)
    async with stage(FakeService(state=waiting)) as on:
        bar = on.find(SyncBar)
        await until(lambda: bar._pause is None)
        drawn = bar._shown
        bar.show(tries)
        bar.show(waiting)
        await until(lambda: bar._pause is None)
        assert bar._shown == drawn
        bar.show(tries)
        await until(lambda: bar._shown.startswith("connecting"))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_comes_soon_is_seen_on_every_screen(width: int) -> None:
    unsent = Unsent(reports=2, photos=1, bytes=230_000)
    state = SyncState(phase=SyncPhase.WAITING, reason="no link", unsent=unsent)
    text = status_line(state, "asha", NOW, width, "locks in 50 s")
    assert text.startswith("locks in 50 s · waiting")
    assert cell_len(text) == width


@pytest.mark.parametrize(
    ("phase", "soon"), itertools.product(SyncPhase, ["", "locks in 50 s"]), ids=str
)
def test_on_eighty_columns_link_unsent_and_proof_are_always_said(
    phase: SyncPhase, soon: str
) -> None:
    unsent = Unsent(112, 235, 1_120_300_000, needs_you=13)
    state = SyncState(
        phase=phase,
        reason="Cannot reach https://reports.example.org",
        next_try=NOW,
        proved_at=NOW - timedelta(minutes=35),
        unsent=unsent,
        resting=13,
        rest="for the depot",
        done=12,
        total=345,
    )
    said = status_line(state, "a-user-with-a-long-name", NOW, 80, soon).rstrip()
    assert len(said) <= 80
    assert "…" not in said
    assert phase.value in said
    assert "not sent: " in said
    assert "proved 35 min" in said
    assert said.startswith(soon)


def test_a_proof_from_the_future_is_no_fresh_one() -> None:
    """The clock was set back since."""
    state = SyncState(phase=SyncPhase.IDLE, proved_at=NOW + timedelta(hours=3))
    assert line(state) == "online · all sent · proved 3 h ahead of this clock · asha"
    close = SyncState(phase=SyncPhase.IDLE, proved_at=NOW + timedelta(seconds=30))
    assert "proved just now" in line(close)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120])
@pytest.mark.parametrize("unsent", [Unsent(1), Unsent(0, 3, 999), Unsent(12_345, 67_890, 10**9)])
def test_what_is_shortened_never_says_less_than_waits(unsent: Unsent, width: int) -> None:
    state = SyncState(phase=SyncPhase.IDLE, proved_at=PROVED, unsent=unsent)
    said = line(state, width)
    assert "not sent: " in said
    assert "all sent" not in said
