"""What the page of the sync says of where it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from civictui.domain.model import SyncPhase, SyncState, Unsent, Waiting
from civictui.widgets.bar import bar
from civictui.widgets.sync_text import Outbox, blocks, facts, progress, what_waits

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def drawn(state: SyncState, outbox: Outbox | None = None, width: int = 80) -> list[str]:
    return [
        line.plain for block in blocks(state, outbox or Outbox(), NOW) for line in block.draw(width)
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            SyncState(phase=SyncPhase.PULLING, done=1200, total=5000),
            "1,200 of 5,000 changes, 3 kB so far",
        ),
        (SyncState(phase=SyncPhase.PUSHING, done=0, total=1), "0 of 1 change"),
        (
            SyncState(phase=SyncPhase.UPLOADING, done=3, total=10, unsent=Unsent(0, 4, 1_200_000)),
            "3 of 10 pictures, 1.2 MB left",
        ),
        (SyncState(phase=SyncPhase.PULLING, done=7), ""),
        (SyncState(phase=SyncPhase.HELD, total=1200), ""),
        (SyncState(phase=SyncPhase.IDLE, done=3, total=3), ""),
    ],
)
def test_progress_has_counts_and_bytes(state: SyncState, said: str) -> None:
    assert progress(state.with_(received_bytes=3000)) == said


def test_the_bar_stands_below_the_facts() -> None:
    state = SyncState(phase=SyncPhase.PULLING, done=1200, total=5000, received_bytes=3_400_000)
    lines = [line.rstrip() for line in drawn(state)]
    assert lines[0].startswith("Link      pulling")
    (shown,) = [line for line in lines if line.startswith("Progress")]
    assert shown.endswith("] 24 % 1,200 of 5,000 changes, 3.4 MB so far")


@pytest.mark.parametrize("share", [0.0, 0.004, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("width", [10, 40, 80, 200])
def test_a_bar_is_full_when_all_is_done_and_not_before(share: float, width: int) -> None:
    text = bar(share, "of it", width).plain
    assert len(text) == width
    if width >= 40:
        assert ("-" not in text) == (share == 1.0)
        assert ("100 %" in text) == (share == 1.0)


def test_reports_without_an_address_are_counted() -> None:
    assert not [fact for fact in facts(SyncState(), NOW) if fact.startswith("Addresses")]
    assert facts(SyncState(), NOW, 1)[-1] == "Addresses 1 report without one: looked up later"


def test_a_proof_says_when_it_was_and_how_long_that_is_ago() -> None:
    state = SyncState(phase=SyncPhase.IDLE, proved_at=NOW - timedelta(minutes=3))
    (said,) = [fact for fact in facts(state, NOW) if fact.startswith("Proved")]
    assert said.startswith("Proved    3 min ago, 2026-11-23 ")
    (never,) = [fact for fact in facts(SyncState(), NOW) if fact.startswith("Proved")]
    assert never == "Proved    never: no round with the server was whole yet"


def test_what_is_said_about_a_report_is_an_update_with_words_or_without() -> None:
    said = Waiting(id="u", title="status closed: Lamp", about="r", text=True, first=True)
    assert what_waits(said) == "update"
    assert what_waits(Waiting(id="r", title="Lamp", text=True, first=True)) == "new report"
