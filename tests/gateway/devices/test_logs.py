"""What clients say of their own failures: what may be said, and how much of it is kept."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.gateway.devices.entries import Entry
from civictui.gateway.devices.log_lines import KINDS, MOST_LINES, batch_in, lines_in
from civictui.gateway.devices.logs import ClientLogs, lines_of
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.problems import Problem
from tests.conftest import MovableClock

LINE = {"day": "2026-05-04", "kind": "sync", "code": "timeout", "count": 2}
CRASH = {**LINE, "kind": "crash", "code": "ValueError", "trace": ["  civictui/app.py:12 run"]}


def of(device: str) -> Entry:
    return Entry(device=device, user="demo", version="1.0")


def test_lines_that_fit() -> None:
    assert lines_in({"lines": [LINE, CRASH]}) == [{**LINE, "trace": []}, CRASH]
    assert lines_in({"lines": [{**LINE, "trace": []}]}) == [{**LINE, "trace": []}]
    for kind in KINDS:
        assert lines_in({"lines": [{**LINE, "kind": kind}] * MOST_LINES})


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2026-02-30"},
        {"day": "20260504"},
        {"day": "2026-05-04\n"},
        {"day": 5},
        {"kind": "note"},
        {"kind": ["sync"]},
        {"code": ""},
        {"code": "a b"},
        {"code": "é"},
        {"code": "x" * 65},
        {"code": None},
        {"count": 0},
        {"count": -1},
        {"count": True},
        {"count": 1.0},
        {"count": 10**7},
        {"trace": ["civictui/app.py"]},  # of a crash alone
        {"user": "asha"},
        {"kind": "crash", "trace": "civictui/app.py"},
        {"kind": "crash", "trace": ["x" * 201]},
        {"kind": "crash", "trace": ["a"] * 41},
        {"kind": "crash", "trace": ['open("Mrs Smith")']},
        {"kind": "crash", "trace": ["a\n"]},
        {"kind": "crash", "trace": [1]},
    ],
)
def test_what_does_not_fit_is_refused_as_a_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        lines_in({"lines": [LINE, {**LINE, **wrong}]})
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": []},
        {"lines": {}},
        {"lines": [LINE] * (MOST_LINES + 1)},
        {"lines": [LINE], "user": "asha"},
        {"lines": ["a"]},
        {"lines": [{"day": "2026-05-04"}]},
    ],
)
def test_a_body_that_is_none(body: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        lines_in(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["day", "kind", "code", "count", "trace"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["lines", "x"]), JSON))
def test_nothing_else_comes_of_any_json(body: dict[str, Any]) -> None:
    with suppress(Problem):
        assert lines_in(body)


def test_the_lines_of_all_devices(folder: GatewayFolder, clock: MovableClock) -> None:
    logs = ClientLogs(folder, clock)
    logs.add(of("d1"), [LINE])
    clock.move(60)
    logs.add(of("d2"), [CRASH])
    clock.move(60)
    ClientLogs(folder, clock).add(of("d1"), [CRASH])
    found = lines_of(folder)
    assert [(line["device"], line["kind"]) for line in found] == [
        ("d1", "sync"),
        ("d2", "crash"),
        ("d1", "crash"),
    ]
    assert found[0]["version"] == "1.0"
    for path in (folder.path / "client-logs").iterdir():
        assert b"timeout" not in path.read_bytes()


def test_a_batch_that_comes_again_is_kept_once(folder: GatewayFolder, clock: MovableClock) -> None:
    logs = ClientLogs(folder, clock)
    for batch in ("a" * 16, "b" * 16, "a" * 16, "", ""):
        logs.add(of("d1"), [LINE], batch)
    ClientLogs(folder, clock).add(of("d1"), [LINE], "b" * 16)
    logs.add(of("d2"), [LINE], "a" * 16)
    assert sorted(line["device"] for line in lines_of(folder)) == ["d1"] * 4 + ["d2"]


@pytest.mark.parametrize("batch", ["", "A" * 16, "0" * 15, "0" * 17, "0" * 16 + "\n", 5, None])
def test_what_no_batch_is_called(batch: object) -> None:
    with pytest.raises(Problem):
        batch_in({"lines": [LINE], "batch": batch})
    assert batch_in({"lines": [LINE]}) == ""
    assert batch_in({"batch": "0123456789abcdef"}) == "0123456789abcdef"


def test_the_oldest_go_first(folder: GatewayFolder, clock: MovableClock) -> None:
    logs = ClientLogs(folder, clock, device_bytes=1_000, all_bytes=2_500)
    for count in range(1, 31):
        clock.move(1)
        logs.add(of("d1"), [{**LINE, "trace": [], "count": count}])
    kept = [line["count"] for line in lines_of(folder)]
    assert 3 < len(kept) < 10
    assert kept == list(range(31 - len(kept), 31))
    for device in ("d2", "d3", "d4"):
        clock.move(1)
        logs = ClientLogs(folder, clock, device_bytes=1_000, all_bytes=2_500)
        logs.add(of(device), [{**LINE, "trace": []}] * 30)
    assert {line["device"] for line in lines_of(folder)} == {"d3", "d4"}
