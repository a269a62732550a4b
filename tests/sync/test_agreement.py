"""What a person agrees to is what was shown; what was counted outlasts the program."""

import pytest

from civictui.domain.ports import Change
from civictui.sync.deletions import WINDOW_SECONDS, DeletionWatch, HeldBack
from tests.sync.here import Here


async def asked(here: Here, watch: DeletionWatch, first: int, count: int) -> int:
    """The number in the question that this batch leads to."""
    with pytest.raises(HeldBack) as caught:
        await here.take(watch, first, count)
    return caught.value.count


async def test_much_more_than_was_shown_is_asked_about_again() -> None:
    here = Here(400)
    watch = here.watch()
    assert await asked(here, watch, 0, 110) == 110
    watch.allow()
    await here.take(watch, 0, 110)
    await here.take(watch, 110, 11)
    assert await asked(here, watch, 121, 50) == 171
    assert await asked(here, watch, 121, 50) == 171
    assert len(here.living) == 279
    watch.allow()
    await here.take(watch, 121, 50)


async def test_the_question_is_of_all_that_the_feed_deletes() -> None:
    here = Here(400)
    watch = here.watch()
    await here.take(watch, 0, 40)
    with pytest.raises(HeldBack) as caught:
        await here.take(watch, 40, 50)
    rows = [Change(n, f"r{n}", ("2-b",), deleted=True) for n in range(40, 300)]
    whole = await watch.ask_about(caught.value, await watch.gone_by(rows))
    assert whole.count == 300
    watch.allow()
    for first in range(40, 300, 20):
        await here.take(watch, first, 20)
    await watch.conclude()
    assert await asked(here, watch, 300, 30) == 30


async def test_many_short_runs_delete_no_more_than_one() -> None:
    here = Here(400)
    for first in (0, 40):
        here.seconds += 100
        await here.take(here.watch(), first, 40)
    here.seconds += 100
    assert await asked(here, here.watch(), 80, 20) == 100
    here.seconds += WINDOW_SECONDS
    await here.take(here.watch(), 80, 20)


async def test_a_clock_that_was_put_back_does_not_let_more_pass() -> None:
    here = Here(400)
    here.seconds = 500.0
    await here.take(here.watch(), 0, 80)
    here.seconds = 0.0
    assert await asked(here, here.watch(), 80, 20) == 100


async def test_who_agrees_in_another_run_agrees_to_what_was_shown() -> None:
    here = Here(400)
    assert await asked(here, here.watch(), 0, 110) == 110
    later = here.watch()
    later.allow()
    assert await asked(here, later, 0, 200) == 200


async def test_without_a_question_before_there_is_no_bound() -> None:
    here = Here(400)
    watch = here.watch()
    watch.allow()
    await here.take(watch, 0, 400)
