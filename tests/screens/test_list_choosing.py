"""Which reports the list shows, in which order, and which of them are marked."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.events import ReportsChanged
from civictui.domain.model import (
    Draft,
    GeoPoint,
    ListFilter,
    Report,
    RowState,
    Service,
    Services,
    Sort,
)
from civictui.screens.help import Help
from civictui.screens.list_choosing import NO_NEWS
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.widgets.rows.report_rows import ReportRows
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

HERE = GeoPoint(37.77, -122.42)


def report(number: int, **fields: Any) -> Report:
    facts = {"reported_by": "asha", "reported_at": f"2026-11-{20 - number:02}T10:00:00Z"}
    return Report(id=f"r{number}", **{**facts, "description": f"number {number}", **fields})


def city() -> FakeService:
    """Six reports; 2 and 4 are new, 3 is not sent, 5 is closed."""
    service = FakeService(where=HERE)
    near = {"point": GeoPoint(37.771, -122.42)}
    service.reader.add(report(0), report(1, **near, category="017"))
    service.reader.add(report(2, status="in progress"), is_new=True)
    service.reader.add(report(3, reported_by="demo"), state=RowState.QUEUED)
    service.reader.add(report(4, assignee="demo"), is_new=True)
    service.reader.add(report(5, status="closed"))
    service.reader.city = Services((Service(code="017", name="Pothole"),))
    return service


def shown(on: Stage) -> list[str]:
    """The numbers of the reports shown, from the top."""
    found = (line.partition(" number ") for line in on.lines)
    return [number.split()[0] for _, sign, number in found if sign]


def cursor_line(on: Stage) -> str:
    (line,) = [line for line in on.lines if line.startswith(">")]
    return line


# --- what is new ---


async def test_what_is_new_has_a_sign_a_word_and_a_count() -> None:
    async with stage(city()) as on:
        await on.reads("Reports 6 · 2 new")
        await on.reads("number 2")
        line = next(n for n, text in enumerate(on.lines) if "number 2" in text)
        assert on.lines[line + 1].startswith(" +")
        assert "sent · new · " in on.lines[line + 2]
        assert on.text.count(" · new · ") == 2


async def test_w_shows_what_is_new_and_all_again() -> None:
    async with stage(city()) as on:
        await on.press("w")
        await on.reads("Reports 2 of 6 · what is new")
        await until(lambda: shown(on) == ["2", "4"])
        await on.press("w")
        await on.reads("Reports 6 · 2 new")


async def test_w_without_news_says_so() -> None:
    service = FakeService()
    service.reader.add(report(1))
    async with stage(service) as on:
        await on.press("w")
        await on.reads(NO_NEWS)
        assert "number 1" in on.text
        assert "Esc all again" not in on.lines[-1]


async def test_the_footer_names_first_what_is_at_hand() -> None:
    async with stage(city()) as on:
        assert on.lines[-1].startswith("? help  w news  n new")
        await on.press("w")
        await on.reads("Reports 2 of 6")
        assert on.lines[-1].startswith("? help  W all is seen  Esc all again  n new")
        await on.press("W", "space")
        await on.reads("1 marked")
        assert on.lines[-1].startswith("? help  u update  Esc no marks  n new")


async def test_escape_ends_the_search_then_takes_off_the_marks() -> None:
    async with stage(city()) as on:
        await on.press("slash", *"number", "enter", "space", "space")
        await on.reads("2 marked")
        await on.press("escape")
        await on.reads("Reports 6 · 2 marked")
        await on.press("escape")
        assert "marked" not in on.text
        assert "Esc" not in on.lines[-1]


async def test_shift_w_says_that_all_of_it_was_seen() -> None:
    async with stage(city()) as on:
        await on.press("w", "W")
        await on.reads("2 reports seen")
        await on.reads("Reports 6")
        assert " new" not in on.lines[0]
        assert on.service.called("seen") == [""]
        await on.press("W")
        assert on.service.called("seen") == [""]


# --- orders ---


async def test_s_goes_through_the_orders() -> None:
    async with stage(city()) as on:
        await on.press("s")
        await on.reads("Reports 6 · nearest first")
        await until(lambda: shown(on)[0] == "1")
        await on.press("s")
        await on.reads("Reports 6 · by status")
        await until(lambda: shown(on) == ["0", "1", "3", "4", "2", "5"])
        await on.press("s")
        await until(lambda: shown(on) == ["0", "1", "2", "3", "4", "5"])
        assert "by status" not in on.text


# --- filters by their digits, and words about them ---


async def test_a_digit_is_a_saved_filter_and_esc_ends_it() -> None:
    service = city()
    service.saved_filters = [
        ListFilter(name="waiting", unsent=True),
        ListFilter(name="mine", assigned=True, sort=Sort.STATUS),
    ]
    async with stage(service) as on:
        await on.press("1")
        await on.reads("Reports 1 of 6 · waiting · not sent")
        await on.press("2")
        await on.reads("Reports 1 of 6 · mine · assigned to you · by status")
        await on.press("3")
        await on.press("escape")
        await on.reads("Reports 6 · by status")


async def test_the_help_names_the_saved_filters() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="holes", category="017")]
    async with stage(service, size=(80, 60)) as on:
        await on.press("question_mark")
        await on.shows(Help)
        await on.reads("Saved filter holes: Pothole")
        assert "Saved filter 2" not in on.text


async def test_esc_ends_the_search_first_and_then_the_filter() -> None:
    service = city()
    service.saved_filters = [ListFilter(name="", news=True)]
    async with stage(service) as on:
        await on.press("w", "slash", *"number 2", "enter")
        await on.reads("Reports 1 of 6 with “number 2” · what is new")
        await on.press("escape")
        await on.reads("Reports 2 of 6 · what is new")
        await on.press("escape")
        await on.reads("Reports 6 · 2 new")


async def test_a_filter_that_needs_a_position_is_not_in_force_without_one() -> None:
    service = city()
    service.where = None
    service.saved_filters = [ListFilter(name="near", within=500)]
    async with stage(service) as on:
        await on.press("1")
        await on.reads("No position is known yet")
        await on.press("j")
        assert "within" not in on.lines[0]


async def test_the_name_of_a_category_stands_in_its_row() -> None:
    async with stage(city()) as on:
        await on.reads("open · Pothole · asha")
        assert "017" not in on.text


async def test_drafts_are_not_among_what_a_filter_shows() -> None:
    service = city()
    service.reader.kept_drafts["d"] = Draft(id="d", description="half written")
    async with stage(service) as on:
        await on.reads("half written")
        await on.press("w")
        await until(lambda: "half written" not in on.text)
        assert "draft" not in on.lines[0]


# --- searching ---


async def test_each_character_of_a_search_has_its_result_at_once() -> None:
    async with stage(city()) as on:
        await on.press("slash")
        await on.press("5")
        await until(lambda: shown(on) == ["5"])
        await on.reads("1 of 6")
        await on.press("backspace", "2")
        await until(lambda: shown(on) == ["2"])


async def test_a_found_row_is_drawn_at_once_and_whole() -> None:
    """It is fetched before it is shown: what is not known yet would go over the wire too."""
    service = FakeService()
    service.reader.add(*(Report(id=f"r{n}", description=f"number {n}") for n in range(400)))
    async with stage(service) as on:
        rows = on.find(ReportRows)
        seen: list[bool] = []
        taken = rows.show

        def show(*args: Any, **options: Any) -> None:
            taken(*args, **options)
            seen.append(rows.book.row(0) is not None)

        rows.show = show  # type: ignore[method-assign]
        await on.press("slash", *"399")
        await until(lambda: shown(on) == ["399"])
        assert all(seen)


async def test_the_first_page_of_a_search_does_not_wait_for_all_that_is_found() -> None:
    service = FakeService()
    service.reader.add(*(Report(id=f"r{n}", description=f"number {n}") for n in range(400)))

    def limits(text: str) -> list[int | None]:
        return [query.limit for query in service.reader.queries if query.text == text]

    async with stage(service) as on:
        most = on.find(ReportRows).page + 1
        await on.press("slash", "9")
        await until(lambda: limits("9") == [most, None])
        await until(lambda: len(on.find(ReportRows).book) == 76)
        await on.press("backspace", *"399")
        await on.reads("1 of 400")
        assert limits("399") == [most]


# --- marks ---


async def test_space_marks_and_goes_on() -> None:
    async with stage(city()) as on:
        await on.press("space", "j", "space")
        await on.reads("Reports 6 · 2 marked")
        assert cursor_line(on).split()[-2:] == ["number", "3"]
        marked = [line for line in on.lines if line[1:2] == "*"]
        assert [line.split()[-1] for line in marked] == ["0", "2"]
        await on.press("k", "space")
        await on.reads("Reports 6 · 1 marked")


async def test_marks_stay_through_sync_and_search() -> None:
    service = city()
    async with stage(service) as on:
        await on.press("space")
        service.reader.add(report(9, reported_at="2027-01-01T00:00:00Z"))
        service.emit(ReportsChanged())
        await on.reads("Reports 7 · 1 marked")
        await on.press("slash", *"number 5", "enter")
        await on.reads("1 marked, none shown")
        await on.press("escape")
        await until(lambda: len([line for line in on.lines if line[1:2] == "*"]) == 1)


async def test_asterisk_marks_all_that_are_shown_or_none() -> None:
    async with stage(city()) as on:
        await on.press("w", "asterisk")
        await on.reads("Reports 2 of 6 · 2 marked")
        await on.press("escape")
        await on.reads("Reports 6 · 2 marked")
        await on.press("asterisk")
        await until(lambda: "marked" not in on.text)


async def test_u_is_about_the_marked_reports_and_the_marks_end_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = city()
    async with stage(service) as on:
        await on.press("space", "j", "space", "j")
        page = on.app.screen
        assert isinstance(page, ReportList)
        asked: list[tuple[str, ...]] = []
        monkeypatch.setattr(page, "update", lambda ids: asked.append(tuple(ids)))
        del service.reader.reports["r0"]
        await on.press("u")
        await until(lambda: asked == [("r2",)])
        page.updated(None)
        await on.reads("2 marked")
        await on.press("u")
        await until(lambda: len(asked) == 2)
        page.updated("u1")
        await until(lambda: "marked" not in on.text)


async def test_u_without_marks_is_about_the_one_with_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = city()
    service.reader.kept_drafts["d"] = Draft(id="d", description="half written")
    async with stage(service) as on:
        await on.reads("half written")
        page = on.app.screen
        assert isinstance(page, ReportList)
        asked: list[tuple[str, ...]] = []
        monkeypatch.setattr(page, "update", lambda ids: asked.append(tuple(ids)))
        await on.press("u", "t")
        assert asked == []
        await on.press("j", "u")
        await until(lambda: asked == [("r0",)])


# --- what stays while a sync changes rows beneath ---


async def test_what_is_read_stays_on_its_line_when_the_mouse_has_scrolled() -> None:
    service = FakeService()
    service.reader.add(*(Report(id=f"r{n:02}", description=f"number {n}") for n in range(100)))
    async with stage(service) as on:
        rows = on.find(ReportRows)
        await on.press("j")
        rows.scroll_to(y=60, animate=False, force=True)
        await on.settle()
        before = shown(on)
        service.reader.add(report(500, reported_at="2027-01-01T00:00:00Z"))
        service.emit(ReportsChanged())
        await on.reads("Reports 101")
        await until(lambda: shown(on) == before)
        assert rows.book.cursor == 2


async def test_a_row_that_leaves_a_filter_gives_the_cursor_to_the_next() -> None:
    service = FakeService()
    service.reader.add(*(report(n) for n in range(9)), is_new=True)
    async with stage(service) as on:
        await on.press("w", "j", "j")
        await until(lambda: "number 2" in cursor_line(on))
        rows = service.reader.reports
        for key in ("r0", "r2"):
            rows[key] = replace(rows[key], is_new=False)
        service.emit(ReportsChanged())
        await until(lambda: "number 3" in cursor_line(on))


async def test_a_report_that_is_opened_comes_back_to_its_place() -> None:
    async with stage(city()) as on:
        await on.press("j", "j", "enter")
        await on.shows(ReportDetail)
        await on.press("escape")
        await on.shows(ReportList)
        assert "number 2" in cursor_line(on)


async def test_what_is_typed_ahead_of_a_search_is_about_all_that_it_finds() -> None:
    service = FakeService()
    service.reader.add(*(report(number) for number in range(19)))
    async with stage(service) as on:
        await on.press("slash", *"number", "enter", "asterisk")
        await on.reads("19 marked")
