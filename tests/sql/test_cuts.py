"""Random changes on both sides, cut off between any two statements: both come to say the same."""

import asyncio
import os
import tempfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civictui.sql.mapping import TableMapping
from tests.sql.cuts import Cut, cut_before
from tests.sql.table import (
    does,
    make_table,
    mapping_for,
    replicate,
    report,
    rows,
    winners,
)
from tests.sync.memory import MemoryEndpoint
from tests.torture.counts import count

_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
"""Where there is no disk to wait for."""
_NEW = "INSERT INTO work_orders (summary, state) VALUES (:label, 'NEW')"
_STEPS = st.one_of(
    st.tuples(st.just("report")),
    st.tuples(st.just("row")),
    st.tuples(st.just("edit"), st.integers(0, 1), st.sampled_from(["A St", "B St"])),
    st.tuples(st.just("street"), st.integers(0, 1), st.sampled_from(["A St", "B St"])),
    st.tuples(st.just("state"), st.integers(0, 1), st.sampled_from(["NEW", "WAIT", "DONE"])),
    st.tuples(st.just("crew"), st.integers(0, 1), st.sampled_from(["red", "blue"])),
    st.tuples(st.just("cut"), st.integers(1, 200)),
    st.just(("cut", 100_000)),  # a round that is let be
)


class Two:
    """Both sides, and what was begun on either by its label."""

    def __init__(self, url: str, *, named: bool) -> None:
        self.works = make_table(url)
        table = {"name": "work_orders", "key": "id"}
        column = {"document": "civic_id"} if named else {}
        self.mapping: TableMapping = mapping_for(url, table={**table, **column})
        self.city = MemoryEndpoint("city")
        self.labels: list[str] = []

    def step(self, name: str, *words: Any) -> None:
        if name in {"report", "row"}:
            self.labels.append(f"{name} {len(self.labels)}")
        if name == "report":
            self.city.make(f"r{len(self.labels)}", report(self.labels[-1], status="open"))
        elif name == "row":
            does(self.works, _NEW, label=self.labels[-1])
        elif name == "cut":
            with cut_before(words[0]), suppress(Cut):
                asyncio.run(replicate(self.mapping, self.city))
        elif name == "edit":
            self._edit(*words)
        elif self.labels:
            label = self.labels[words[0] % len(self.labels)]
            statement = f"UPDATE work_orders SET {name} = :value WHERE summary = :label"  # noqa: S608
            does(self.works, statement, value=words[1], label=label)

    def _edit(self, number: int, street: str) -> None:
        reports = sorted(k for k, d in winners(self.city).items() if d["type"] == "report")
        if reports:
            key = reports[number % len(reports)]
            winner = self.city.trees[key].winner()
            self.city.make(key, {**self.city.bodies[key, winner], "address": street}, winner)

    def check(self) -> None:
        """Nothing lost, nothing twice; where nobody is to be asked both say the same."""
        for _ in range(2):
            done = asyncio.run(replicate(self.mapping, self.city))
            assert done.problems == {}
        reports = {k: d for k, d in winners(self.city).items() if d["type"] == "report"}
        found = rows(self.works)
        assert sorted(d["problemDescription"] for d in reports.values()) == sorted(self.labels)
        assert sorted(row["summary"] for row in found) == sorted(self.labels)
        keys = {doc["problemDescription"]: key for key, doc in reports.items()}
        contested = 0
        for row in found:
            key = keys[row["summary"]]
            if self.city.trees[key].conflicts():
                contested += 1
                continue
            assert row["street"] == reports[key].get("address")
            assert row["crew"] == reports[key].get("crew")
        assert done.contested == contested
        again = asyncio.run(replicate(self.mapping, self.city))
        assert (again.to_city, again.to_table) == (0, 0)


@settings(max_examples=15)
@given(st.lists(_STEPS, min_size=4, max_size=16), st.booleans())
def test_both_sides_come_to_say_the_same(steps: list[tuple[Any, ...]], named: bool) -> None:
    """Also where no column of the row says which document is its own."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        two = Two(f"sqlite:///{folder}/works.db", named=named)
        for step in steps:
            two.step(*step)
        two.check()
        two.works.dispose()


@pytest.mark.torture
def test_every_single_cut_of_a_round() -> None:
    """One round with everything in it, ended before each of its statements in turn."""
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        number, whole = 1, False
        while not whole:
            two = Two(f"sqlite:///{folder}/{number}.db", named=False)
            for step in (("report",), ("row",), ("cut", 10_000), ("edit", 0, "A St")):
                two.step(*step)
            two.step("crew", 0, "red")
            two.step("state", 0, "DONE")
            for name in ("row", "report", "report", "report", "row"):
                two.step(name)
            with cut_before(number):
                try:
                    asyncio.run(replicate(two.mapping, two.city))
                    whole = True
                except Cut:
                    whole = False
            two.check()
            two.works.dispose()
            number += count(13, 1)
        assert number > 100
