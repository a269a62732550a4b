"""A person chooses between two versions: what is seen, chosen, undone, settled."""

import asyncio
from dataclasses import replace
from typing import cast

from civictui.domain.errors import UsageError
from civictui.domain.events import ReportsChanged
from civictui.domain.merge import Conflict
from civictui.domain.model import Doc
from civictui.screens.conflict_page import (
    ANOTHER,
    CHANGED,
    ELSEWHERE,
    GONE,
    SETTLED,
    ConflictPage,
)
from civictui.screens.report_detail import ReportDetail
from civictui.widgets.block_list import BlockList
from civictui.widgets.conflict_text import NO_CLASH
from tests.disputes import clash, disputed, mine, of_others, theirs, withdrawn, without_a_clash
from tests.stage import Stage, stage


async def meet(on: Stage) -> ConflictPage:
    await on.reads("The lamp")
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("c")
    return await on.shows(ConflictPage)


def settled(on: Stage) -> list[Doc | None]:
    """The bodies that conflicts were settled with."""
    given = cast(list[tuple[Conflict, Doc | None]], on.service.called("settle"))
    return [body for _, body in given]


async def test_both_versions_are_shown_with_who_wrote_them_and_what_was_before() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        for words in (
            "mine        changed by you, 2026-11-23",
            "theirs      changed by asha, 2026-11-23",
            "> ≠ Description",
            "mine        The lamp is out at the crossing",
            "theirs      The lamp blinks",
            "before      The lamp is out ",
            "≠ Category",
            "Merged by itself",
            "Address                                                            from theirs",
            "3 Main St",
        ):
            await on.reads(words)
        assert on.text.count("clash: choose") == 2


async def test_one_key_a_choice_and_the_cursor_goes_on_to_the_next() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        await on.press("m")
        await on.reads("mine is taken")
        await on.reads("* mine      The lamp is out at the crossing")
        await on.reads("> ≠ Category")
        await on.press("b")
        await on.reads("before is taken")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        await on.reads(SETTLED)
        (body,) = settled(on)
        assert body is not None
        assert body["problemDescription"] == "The lamp is out at the crossing"
        assert body["category"] == "light"
        assert body["address"] == "3 Main St"


async def test_it_is_not_settled_before_everything_is_chosen() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        await on.press("j", "t", "ctrl+s")
        await on.reads("choose first (m, t, b): Description")
        await on.reads("> ≠ Description")
        assert not settled(on)
        await on.press("t", "ctrl+s")
        await on.shows(ReportDetail)
        assert len(settled(on)) == 1


async def test_choices_are_undone_one_by_one() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        await on.press("m", "t", "k", "t")
        assert on.text.count("theirs is taken") == 2
        await on.press("u")
        await on.reads("mine is taken")
        await on.press("u")
        await on.reads("> ≠ Category")
        await on.press("u")
        assert on.text.count("clash: choose") == 2
        assert "u undo" not in on.text
        await on.press("u")  # nothing is left to undo
        assert on.text.count("clash: choose") == 2


async def test_esc_leaves_it_as_it_is() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        await on.press("m", "escape")
        await on.shows(ReportDetail)
        await on.reads("conflict: two versions of it exist")
        assert not settled(on)


async def test_what_was_before_can_be_chosen_only_where_it_is_known() -> None:
    async with stage(disputed(clash(before=None))) as on:
        await meet(on)
        assert "b before" not in on.text
        assert "before  " not in on.text
        await on.press("b")
        assert "is taken" not in on.text
        await on.reads("≠ Address")  # nobody knows who changed it
        await on.press("ctrl+s")
        await on.reads("choose first (m, t): Description, Category, Address")


async def test_a_withdrawal_against_a_change_is_a_question_of_its_own() -> None:
    async with stage(disputed(withdrawn())) as on:
        await meet(on)
        await on.reads("Keep the report, or let it go")
        await on.reads("mine        the report stays, as below: changed by you")
        await on.reads("theirs      the report goes: withdrawn by asha")
        await on.reads("1 Main St")
        assert "b before" not in on.text
        await on.press("ctrl+s")
        await on.reads("choose first (m, t)")
        await on.press("t")
        await on.reads("theirs is taken")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        await on.reads(GONE)
        await on.reads("Sending   no longer here")
        assert "≠ conflict" not in on.text
        assert "e edit" not in on.text
        assert settled(on) == [None]


async def test_an_edit_can_be_kept_against_a_withdrawal() -> None:
    conflict = withdrawn()
    async with stage(disputed(conflict)) as on:
        await meet(on)
        await on.press("m", "ctrl+s")
        await on.shows(ReportDetail)
        assert settled(on) == [conflict.mine.body]


async def test_a_third_version_is_asked_about_next() -> None:
    service = disputed(clash())
    another = Conflict("r1", mine(category="lamp"), theirs(category="third"), None)

    async def settle(conflict: Conflict, body: Doc | None) -> None:
        service.calls.append(("settle", (conflict, body)))
        service.reader.disputes["r1"] = another

    async with stage(service) as on:
        service.settle = settle  # type: ignore[method-assign]
        await meet(on)
        await on.press("m", "m", "ctrl+s")
        await on.reads(ANOTHER)
        await on.reads("third")
        assert "is taken" not in on.text


async def test_what_changes_meanwhile_is_shown_and_choices_that_still_fit_stay() -> None:
    service = disputed(clash())
    async with stage(service) as on:
        await meet(on)
        await on.press("m", "t")
        fresh = theirs(problemDescription="The lamp is back", address="3 Main St", category="light")
        service.reader.disputes["r1"] = replace(clash(), theirs=fresh)
        service.emit(ReportsChanged())
        await on.reads(CHANGED)
        await on.reads("The lamp is back")
        assert on.text.count("is taken") == 1


async def becomes(on: Stage, conflict: Conflict) -> None:
    """Another terminal has changed the report meanwhile."""
    on.service.reader.disputes["r1"] = conflict
    on.service.emit(ReportsChanged())
    await on.reads(CHANGED)


async def test_a_choice_ends_where_that_side_says_something_else_now() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        await on.press("t", "m")
        other = theirs(problemDescription="The lamp is back", category="crossing")
        await becomes(on, replace(clash(), theirs=other))
        assert "theirs is taken" not in on.text
        await on.reads("mine is taken")
        await on.press("ctrl+s")
        await on.reads("choose first (m, t, b): Description")
        assert not settled(on)


async def test_a_choice_ends_where_the_sides_have_changed_places() -> None:
    conflict = of_others()
    async with stage(disputed(conflict)) as on:
        await meet(on)
        await on.press("m")
        await on.reads("shown is taken")
        await becomes(on, replace(conflict, mine=conflict.theirs, theirs=conflict.mine))
        await on.press("ctrl+s")
        await on.reads("choose first")
        assert not settled(on)


async def test_letting_a_report_go_is_asked_again_once_it_says_something_else() -> None:
    async with stage(disputed(withdrawn())) as on:
        await meet(on)
        await on.press("t")
        await on.reads("theirs is taken")
        await becomes(on, replace(withdrawn(), mine=mine(problemDescription="It has fallen")))
        await on.press("ctrl+s")
        await on.reads("choose first (m, t)")
        assert not settled(on)


async def test_where_nothing_clashes_there_is_nothing_to_choose_and_it_is_settled() -> None:
    async with stage(disputed(without_a_clash())) as on:
        await meet(on)
        await on.reads(NO_CLASH)
        assert "m mine" not in on.lines[-1]
        await on.press("m", "t", "b", "u", "ctrl+s")
        await on.shows(ReportDetail)
        (body,) = settled(on)
        assert body is not None
        assert (body["category"], body["address"]) == ("lamp", "3 Main St")


async def test_one_that_was_settled_elsewhere_closes_itself() -> None:
    service = disputed(clash())
    async with stage(service) as on:
        await meet(on)
        service.reader.disputes.clear()
        service.emit(ReportsChanged())
        await on.shows(ReportDetail)
        await on.reads(ELSEWHERE)


async def test_one_that_cannot_be_settled_says_why_and_keeps_the_choices() -> None:
    service = disputed(clash())
    service.failing["settle"] = UsageError("The report has changed since", "Look at it again.")
    async with stage(service) as on:
        await meet(on)
        await on.press("m", "m", "ctrl+s")
        await on.reads("The report has changed since. Look at it again.")
        assert on.text.count("mine is taken") == 2
        await on.press("ctrl+s")
        await on.shows(ReportDetail)


async def test_it_is_settled_once_however_often_the_key_is_pressed() -> None:
    async with stage(disputed(clash())) as on:
        await meet(on)
        on.service.hold = asyncio.Event()
        await on.press("m", "m", "ctrl+s", "ctrl+s", "u", "t", "escape")
        await on.reads("settling …")
        on.service.hold.set()
        await on.shows(ReportDetail)
        assert len(settled(on)) == 1


async def test_a_long_text_is_read_to_its_end_before_the_cursor_goes_on() -> None:
    long = " ".join(f"word{n}" for n in range(400))
    conflict = Conflict(
        "r1",
        mine(problemDescription=f"{long} mine-end", category="lamp"),
        theirs(problemDescription="short", category="crossing"),
        None,
    )
    async with stage(disputed(conflict)) as on:
        await meet(on)
        on.find(BlockList).point_at("?problemDescription")
        for _ in range(12):
            if "theirs      short" in on.text:
                break
            assert "> ≠ Category" not in on.text
            await on.press("j")
        await on.reads("mine-end")
        await on.press("j", "j")
        await on.reads("> ≠ Category")


async def test_it_can_be_settled_on_the_smallest_screen() -> None:
    async with stage(disputed(clash()), size=(60, 16)) as on:
        await meet(on)
        await on.press("m", "t", "ctrl+s")
        await on.shows(ReportDetail)
        assert len(settled(on)) == 1
