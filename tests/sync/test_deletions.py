"""A server that deletes much at once is not believed before a person says so."""

import pytest

from civictui.sync.deletions import WINDOW_SECONDS, HeldBack
from tests.sync.here import Here, deletions


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
    await here.watch().watch(deletions(100, 500))


async def test_what_a_person_allows_passes_once() -> None:
    here = Here(100)
    watch = here.watch()
    watch.allow()
    await here.take(watch, 0, 30)
    await here.take(watch, 30, 30)
    await watch.conclude()
    with pytest.raises(HeldBack):
        await here.take(watch, 60, 30)
