"""The client's log: sent where both sides want it, and made of nothing that anybody wrote."""

import builtins
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain import errors
from civictui.domain.crash import Crash
from civictui.domain.errors import (
    CivicError,
    GatewayError,
    Refused,
    StoreDamaged,
    StoreFull,
    Unreachable,
)
from civictui.domain.model import Policy, Waiting
from civictui.gateway.devices.log_lines import lines_in
from civictui.storage.envelope import DeviceSigner
from civictui.sync.client_logs import ClientLogs
from civictui.sync.log_lines import counted, crash_line
from civictui.sync.orders import Orders
from tests.sync.fake_store import FakeStore
from tests.sync.scripted import Scripted

TAKES = Policy(client_logs=True)
PERSONAL = "Asha Rao, 5 Main St, asha@example.org \u202e\x1b]52;c;aGk=\x07 9876543210"
FORGED = "asha.rao-9876543210"
"""Fits the pattern of a code, and is none that this program knows."""


class Calendar:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


class Told:
    """A terminal's log and all that was sent of it; the gateway answers `statuses`, then 204."""

    def __init__(self, *statuses: int, wanted: bool = True, policy: Policy = TAKES) -> None:
        self.store, self.clock = FakeStore(), Calendar()
        self.link = Scripted([*((status, {"error": "x"}) for status in statuses)])
        self.link.answers += [(204, None)] * 50
        self.orders = Orders(self.store.opened, DeviceSigner(), "", lambda _: None)
        self.orders.policy = policy
        self.wanted = wanted
        self.begin()

    def begin(self) -> None:
        """A new session."""
        self.logs = ClientLogs(
            self.store.opened, self.link, self.clock, self.orders, wanted=self.wanted
        )

    def next_day(self) -> None:
        self.clock.time += timedelta(days=1)

    def crashed(self, *trace: str, at: str = "2026-11-23T07:00:00.000Z") -> None:
        crashes = self.store.values.setdefault("crashes", [])
        crash = Crash(f"ID-{len(crashes)}", "1.0", trace, trace, at, PERSONAL, PERSONAL)
        crashes.append(crash.to_doc())

    @property
    def lines(self) -> list[list[dict[str, Any]]]:
        return [asked.json["lines"] for asked in self.link.asked]


async def test_the_counts_of_a_day_are_told_when_it_is_over_and_once() -> None:
    told = Told()
    for error in (Unreachable("x"), Unreachable("y"), StoreFull("z"), Refused(403, "busy", "")):
        await told.logs.count(error)
        await told.logs.tell()
    assert told.lines == []
    told.next_day()
    told.begin()
    for _ in range(3):
        await told.logs.tell()
    (lines,) = told.lines
    assert lines == [
        {"day": "2026-11-23", "kind": "sync", "code": "Unreachable", "count": 2},
        {"day": "2026-11-23", "kind": "store", "code": "StoreFull", "count": 1},
        {"day": "2026-11-23", "kind": "sync", "code": "busy", "count": 1},
    ]
    assert [(asked.method, asked.path) for asked in told.link.asked] == [("POST", "/v1/logs")]
    assert len(lines_in({"lines": lines})) == 3


async def test_a_crash_is_told_soon_and_once_however_long_it_is_kept() -> None:
    told = Told()
    await told.logs.tell()
    told.crashed("ValueError", "  sync/work.py:12 _once", "  <string>:1 <module>")
    for _ in range(3):
        await told.logs.tell()
        told.begin()
    assert told.lines == [
        [
            {
                "day": "2026-11-23",
                "kind": "crash",
                "code": "ValueError",
                "count": 1,
                "trace": ["ValueError", "  sync/work.py:12 _once", "  <string>:1 <module>"],
            }
        ]
    ]


async def test_many_crashes_are_told_a_few_at_a_time_each_within_what_a_gateway_takes() -> None:
    told = Told()
    place = f"  civictui/{'f' * 57}.py:1234567 {'n' * 60}"
    for _ in range(20):
        told.crashed("RuntimeError", *[place] * 60)
    for _ in range(6):
        await told.logs.tell()
    assert [len(lines) for lines in told.lines] == [5, 5, 5, 5]
    for lines in told.lines:
        assert len(json.dumps({"lines": lines})) < 64 * 1024
        assert len(lines_in({"lines": lines})) == 5


async def test_documents_that_are_refused_are_counted_by_code() -> None:
    told = Told()
    for number, code in enumerate(["too_large", "too_large", FORGED, ""]):
        waiting = Waiting(id=str(number), title=PERSONAL, reason=PERSONAL, code=code)
        told.store.waiting.append(waiting)
    told.store.waiting.append(Waiting(id="x", title="waits for a link", code="too_large"))
    await told.logs.tell()
    (lines,) = told.lines
    assert {(line["kind"], line["code"], line["count"]) for line in lines} == {
        ("refused", "too_large", 2),
        ("refused", "other", 2),
    }


@pytest.mark.parametrize(
    ("wanted", "policy"), [(False, TAKES), (True, Policy()), (False, Policy())]
)
async def test_nothing_is_counted_kept_or_sent_unless_both_want_it(
    wanted: bool, policy: Policy
) -> None:
    told = Told(wanted=wanted, policy=policy)
    told.crashed("ValueError")
    await told.logs.count(StoreFull("x"))
    await told.logs.tell()
    assert told.link.asked == []
    assert told.store.writes == []


@pytest.mark.parametrize(("status", "asked"), [(403, 1), (400, 1), (404, 1), (503, 3), (429, 3)])
async def test_what_is_not_taken_is_kept_and_told_another_time(status: int, asked: int) -> None:
    told = Told(*[status] * asked)
    told.crashed("ValueError")
    for _ in range(3):
        await told.logs.tell()
    assert len(told.link.asked) == asked
    told.begin()
    await told.logs.tell()
    assert len(told.link.asked) == asked + 1


async def test_a_link_that_breaks_makes_nothing_fail() -> None:
    told = Told()
    told.link.answers.insert(0, Unreachable("no link"))
    told.crashed("ValueError")
    await told.logs.tell()
    await told.logs.tell()
    assert len(told.lines) == 2


# --- nothing that anybody wrote --------------------------------------------------------------


NASTY = st.sampled_from([PERSONAL, FORGED, "", "x" * 300, "crash", "\x00", "http-404", "5 Main"])
TEXTS = st.text(max_size=40) | NASTY
ERRORS = st.builds(Refused, st.integers(-5, 10_000), TEXTS, TEXTS) | st.builds(
    lambda kind, words: kind(words),
    st.sampled_from([Unreachable, GatewayError, StoreFull, StoreDamaged, CivicError]),
    TEXTS,
)
HOSTILE = st.recursive(
    TEXTS | st.none() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
ROWS = st.tuples(
    TEXTS | st.sampled_from(["2026-11-23", "2026-11-01"]),
    TEXTS | st.sampled_from(["sync", "store", "crash"]),
    TEXTS | st.sampled_from(["StoreFull", "busy", "http-404"]),
    st.integers(-5, 10**9),
).map(list)
KEPT = HOSTILE | st.fixed_dictionaries(
    {"days": st.lists(ROWS, max_size=4), "sent": TEXTS, "told": st.lists(TEXTS, max_size=2)}
)
CRASHES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("id", "version", "at", "where", "terminal"), TEXTS)
    | {"trace": st.lists(TEXTS, max_size=6)},
)


@given(
    st.lists(ERRORS, max_size=4),
    st.lists(TEXTS, max_size=4),
    st.lists(CRASHES | HOSTILE, max_size=4),
    KEPT,
)
async def test_no_word_of_anybody_gets_into_a_request(
    met: list[CivicError], codes: list[str], crashes: list[Any], kept: Any
) -> None:
    told = Told()
    told.store.values |= {"client log": kept, "crashes": crashes, "proved at": PERSONAL}
    told.store.waiting = [
        Waiting(id=PERSONAL, title=PERSONAL, reason=PERSONAL, code=code) for code in codes
    ]
    for error in met:
        await told.logs.count(error)
    await told.logs.tell()
    told.next_day()
    await told.logs.tell()
    for asked in told.link.asked:
        body = json.dumps(asked.json)
        for words in ("Asha", "asha", "Rao", "Main", "98765", "xxx", "\\u", "@"):
            assert words not in body
        assert lines_in(asked.json), "the gateway would take every line"


@given(st.lists(TEXTS, max_size=50), TEXTS)
def test_a_trace_has_names_of_errors_and_places_alone(trace: list[str], at: str) -> None:
    line = crash_line(Crash("i", "1", tuple(trace), (), at), "2026-11-23")
    assert len(lines_in({"lines": [line]})) == 1
    for text in line["trace"]:
        ours = hasattr(errors, text) or hasattr(builtins, text)
        assert ours or text.endswith(("Error", "Exception"))


def test_a_script_in_a_persons_folder_is_no_place_in_the_source() -> None:
    trace = (
        "ValueError",
        "  asha.rao/start.py:3 <module>",
        "  civictui/__main__.py:5 main",
        "  asyncio/runners.py:118 run",
        "  site-packages/typing_extensions.py:1 f",
        "  python3.11/json.py:2 g",
        "  <frozen runpy>:88 _run_code",
    )
    line = crash_line(Crash("i", "1", trace, ()), "2026-11-23")
    assert line["trace"] == [trace[0], *trace[2:]]


def test_what_this_program_raises_is_named_as_it_is() -> None:
    assert counted(Unreachable("words")) == ("sync", "Unreachable")
    assert counted(StoreFull("words")) == ("store", "StoreFull")
    assert counted(Refused(413, "too_large", "words")) == ("sync", "too_large")
    assert counted(Refused(418, FORGED, "words")) == ("sync", "http-418")
    try:
        {}["x"]  # type: ignore[index]
    except KeyError as error:
        line = crash_line(Crash.of(error, "1"), "2026-11-23")
    assert line["code"] == "KeyError"
    assert line["trace"][1].startswith("  sync/test_client_logs.py:")


# --- answers that are lost ---


async def test_what_was_taken_without_an_answer_is_sent_again_as_the_same() -> None:
    told = Told()
    await told.logs.count(Unreachable("x"))
    told.next_day()
    told.link.answers.insert(0, Unreachable("its answer is lost"))
    await told.logs.tell()
    told.crashed("ValueError")
    await told.logs.count(Unreachable("x"))
    told.next_day()
    told.begin()
    for _ in range(4):
        await told.logs.tell()
    first, again, after = (asked.json for asked in told.link.asked)
    assert first == again
    assert after["batch"] != first["batch"]
    assert [line["kind"] for line in after["lines"]] == ["crash", "sync"]


DEEDS = st.sampled_from(["count", "crash", "day", "tell", "lost", "cut", "begin"])


@given(st.lists(DEEDS, max_size=20))
async def test_whatever_is_lost_the_gateway_counts_each_once(deeds: list[str]) -> None:
    """`cut`: it never got there; `lost`: it was taken, and the answer never came back."""
    told, counted_here, crashed = Told(), 0, 0
    link = told.link
    for deed in deeds:
        if deed == "count":
            await told.logs.count(Unreachable("x"))
            counted_here += 1
        elif deed == "crash":
            told.crashed("ValueError")
            crashed += 1
        elif deed == "day":
            told.next_day()
        elif deed == "begin":
            told.begin()
        elif deed in {"lost", "cut"}:
            link.answers.insert(0, Unreachable(deed))
            before = len(link.asked)
            await told.logs.tell()
            if len(link.asked) == before:
                link.answers.pop(0)
            elif deed == "cut":
                link.asked.pop()
        else:
            await told.logs.tell()
    told.next_day()
    for _ in range(3 + crashed):
        await told.logs.tell()
    taken = {asked.json["batch"]: asked.json["lines"] for asked in link.asked}
    lines = [line for batch in taken.values() for line in batch]
    assert sum(line["count"] for line in lines if line["kind"] == "sync") == counted_here
    assert sum(line["kind"] == "crash" for line in lines) == crashed
