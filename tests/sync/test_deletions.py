"""A server that deletes much at once is not believed before a person says so."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from civictui.domain.ports import Change, Reader
from civictui.sync.deletions import WINDOW_SECONDS, DeletionWatch, HeldBack


class Here:
    """What a terminal has, and a clock."""

    def __init__(self, living: int) -> None:
        self.living = {f"r{n}" for n in range(living)}
        self.seconds = 0.0

    async def rows(self, ids: Sequence[str]) -> list[Any]:
        return [key for key in ids if key in self.living]

    async def count(self) -> int:
        return len(self.living)

    def watch(self) -> DeletionWatch:
        return DeletionWatch(cast(Reader, self), lambda: self.seconds)

    def rows_of(self, first: int, count: int) -> list[Change]:
        return [Change(n, f"r{n}", ("2-a",), deleted=True) for n in range(first, first + count)]

    async def take(self, watch: DeletionWatch, first: int, count: int) -> None:
        rows = self.rows_of(first, count)
        await watch.watch(rows)
        self.living -= {row.id for row in rows}


@pytest.mark.parametrize(
    ("living", "deleted", "held"),
    [(100, 20, False), (100, 21, True), (30, 19, False), (30, 20, True), (10, 10, False)],
)
async def test_many_and_a_great_part(living: int, deleted: int, held: bool) -> None:
    here = Here(living)
    if not held:
        await here.take(here.watch(), 0, deleted)
        return
    with pytest.raises(HeldBack) as caught:
        await here.take(here.watch(), 0, deleted)
    assert caught.value.count == deleted
    assert f"{deleted} of the {living} reports" in str(caught.value)


async def test_batches_of_an_hour_count_together() -> None:
    here = Here(100)
    watch = here.watch()
    await here.take(watch, 0, 15)
    with pytest.raises(HeldBack):
        await here.take(watch, 15, 15)
    here.seconds += WINDOW_SECONDS + 1
    await here.take(watch, 15, 15)


async def test_what_is_not_living_here_does_not_count() -> None:
    here = Here(100)
    await here.watch().watch(here.rows_of(100, 500))
    await here.watch().watch([Change(1, "r1", ("2-a",))] * 50)


async def test_what_a_person_allows_passes_once() -> None:
    here = Here(100)
    watch = here.watch()
    watch.allow()
    await here.take(watch, 0, 30)
    await here.take(watch, 30, 30)
    watch.conclude()
    with pytest.raises(HeldBack):
        await here.take(watch, 60, 30)
