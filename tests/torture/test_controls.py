"""Figure 3: stores that must fail, so that we know that the harness sees it."""

import random
from pathlib import Path

import pytest
from tinydb import TinyDB
from tinydb.storages import JSONStorage
from tinydb.table import Document, Table

from tests.torture.campaigns import campaign
from tests.torture.changes import ROOT, Change, Made, Synced
from tests.torture.conftest import Say
from tests.torture.counts import count
from tests.torture.cuts import Recording, cut_everywhere, record_script
from tests.torture.recorder import Recorder
from tests.torture.steps import new_world, script
from tests.torture.verdict import Tally

pytestmark = pytest.mark.torture


class _StringTable(Table):
    document_id_class = str  # type: ignore[assignment]  # TinyDB annotates it too narrowly


class _Plain(TinyDB):
    table_class = _StringTable


def test_tinydbs_own_storage_fails_a_power_cut(fast: Path, figure: Say) -> None:
    """It writes the whole file anew, in place."""
    store, written = fast / "store", count(8, 40)
    store.mkdir()
    with Recorder(store) as recorder:
        database = _open(store)
        recorder.acknowledge(0)
        start = len(recorder.changes)
        for number in range(written):
            database.insert(Document({"n": number, "text": "x" * 200}, str(number)))  # type: ignore[arg-type]
            recorder.acknowledge(number + 1)
        database.close()
    recorder.check()
    recording = Recording(recorder.changes, [new_world()], start)
    tally = cut_everywhere(recording, fast / "cut", random.Random(1), count(4, 30), _judge_plain)
    figure(3, f"control, TinyDB's JSONStorage, {tally.tried} power cuts: {tally}")
    assert tally.unreadable > tally.tried // 5


def _open(folder: Path) -> TinyDB:
    return _Plain(folder / "db.json", storage=JSONStorage, encoding="utf-8")


def _judge_plain(folder: Path, steps: int, again: bool) -> str:
    try:
        with _open(folder) as database:
            found = {doc["n"] for doc in database}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return f"unreadable: {type(error).__name__}"
    return "" if found >= set(range(steps)) else "lost: documents"


def test_a_log_that_never_syncs_fails_a_power_cut(fast: Path, figure: Say) -> None:
    recording = record_script(fast / "store", script("lazy", count(10, 40)), honest=False)
    tally = cut_everywhere(recording, fast / "cut", random.Random(1), count(3, 20))
    figure(3, f"control, a log without syncs, {tally.tried} power cuts: {tally}")
    assert tally.lost > tally.tried // 5


def test_a_log_that_syncs_no_names_fails_a_power_cut(fast: Path, figure: Say) -> None:
    """Only the syncs of folders are left out: their number is small, their absence fatal."""
    recording = record_script(fast / "store", script("names", 12, _WITH_PHOTOS))
    folders = _folders(recording)
    changes = [change for change in recording.changes if not _syncs(change, folders)]
    lazy = Recording(changes, recording.worlds, recording.start)
    tally = cut_everywhere(lazy, fast / "cut", random.Random(1), count(3, 20))
    figure(3, f"control, names are not synced, {tally.tried} power cuts: {tally}")
    assert tally.lost + tally.unreadable > tally.tried // 5


_WITH_PHOTOS = {"submit": 3, "compact": 1, "reopen": 1}


def _folders(recording: Recording) -> set[int]:
    made = (change for change in recording.changes if isinstance(change, Made))
    return {ROOT, *(change.node for change in made if change.is_folder)}


def _syncs(change: Change, nodes: set[int]) -> bool:
    return isinstance(change, Synced) and change.node in nodes


@pytest.mark.parametrize(("mode", "wrong"), [("early", "lost"), ("parts", "half")])
def test_a_worker_that_lies_fails_a_kill(mode: str, wrong: str, fast: Path, figure: Say) -> None:
    """`early` acknowledges what is not yet done, `parts` stores a batch in parts."""
    tally, kills, _ = campaign(fast, mode, 5, count(20, 120))
    figure(3, f"control, acknowledged {mode}, {kills} kills: {tally}")
    assert getattr(tally, wrong) > kills // 10


def test_the_harness_counts_nothing_twice() -> None:
    tally = Tally()
    tally.note("")
    tally.note("lost: one")
    tally.note("half: another")
    assert (tally.tried, tally.lost, tally.half, tally.clean) == (3, 1, 1, False)
