from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.geometry import Region
from textual.strip import Strip

from civictui.domain.errors import StoreDamaged
from civictui.domain.events import PictureReady, ReportsChanged, SyncStateChanged
from civictui.domain.model import Draft, GeoPoint, Photo, Report, RowState, SyncPhase, SyncState
from civictui.screens.acting import NOT_SENT
from civictui.screens.help import Help
from civictui.screens.list_reading import EMPTY
from civictui.screens.map_page import MapPage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets import words
from civictui.widgets.form.text_field import TextField
from civictui.widgets.pictures import thumbnail
from civictui.widgets.pictures.thumbnail import Gallery, cells
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry
from tests.city import picture
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

LATEST = datetime(2026, 11, 23, 10, tzinfo=UTC)


def report(number: int, **fields: Any) -> Report:
    """Report r00001 with the description `number 1`; the higher the number, the older."""
    then = LATEST - timedelta(minutes=number)
    facts = {"reported_by": "asha", "reported_at": then.isoformat()}
    return Report(id=f"r{number:05d}", **{**facts, "description": f"number {number}", **fields})


def service_with(count: int) -> FakeService:
    service = FakeService()
    service.reader.add(*(report(n) for n in range(count)))
    return service


def cursor_line(on: Stage) -> str:
    """What stands beside the cursor's mark."""
    (line,) = [line for line in on.lines if line.startswith(">")]
    return line


async def test_an_empty_list_says_what_to_do() -> None:
    async with stage() as on:
        await on.reads(EMPTY)
        await on.reads("Reports 0")


async def test_a_row_says_everything_in_three_lines() -> None:
    service = FakeService(where=GeoPoint(37.77, -122.42))
    place = {"address": "1 Market St", "point": GeoPoint(37.78, -122.42), "status": "assigned"}
    service.reader.add(report(1, **place), state=RowState.QUEUED)
    async with stage(service) as on:
        await on.reads("↑ number 1")
        await on.reads("1 Market St")
        (facts,) = [line for line in on.lines if "not sent · " in line]
        assert "assigned · asha" in facts
        assert facts.rstrip().endswith("1.1 km N")


async def test_each_state_has_a_sign_and_a_word() -> None:
    service = FakeService()
    for number, state in enumerate(list(RowState)[1:]):
        service.reader.add(report(number), state=state)
    service.reader.kept_drafts["d"] = Draft(id="d", description="begun")
    async with stage(service, size=(80, 40)) as on:
        signs = ("✎ begun", "↑ number", "⇡ number", "✓ number", "! number", "≠ number")
        for said in (*signs, *words.STATES.values()):
            await on.reads(said)


async def test_the_keys_move_the_cursor() -> None:
    async with stage(service_with(50)) as on:
        await on.reads("number 0")
        for keys, number in [
            (["j", "down"], 2),
            (["k"], 1),
            (["up", "up"], 0),
            (["pagedown"], 7),
            (["pageup"], 0),
            (["G"], 49),
            (["g"], 0),
            (["end"], 49),
            (["home"], 0),
        ]:
            await on.press(*keys)
            await on.reads("> ")
            assert f"number {number} " in cursor_line(on)


async def test_moving_the_cursor_draws_two_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(service_with(50)) as on:
        await on.reads("number 6")
        drawn: list[Region] = []
        rows = on.find(ReportRows)
        monkeypatch.setattr(rows, "refresh", lambda *regions, **_: drawn.extend(regions))
        rows.action_move(1)
        assert drawn == [Region(0, 0, 1, 1), Region(0, 3, 1, 1)]


async def test_ten_thousand_reports_are_fetched_by_the_window() -> None:
    async with stage(service_with(10_000)) as on:
        await on.reads("Reports 10,000")
        await on.press("G")
        await on.reads("number 9999 ")
        asked = [report_id for ids in on.service.reader.asked for report_id in ids]
        assert len(asked) < 60


async def test_enter_opens_the_report_and_esc_goes_back_to_its_row() -> None:
    async with stage(service_with(9)) as on:
        await on.press("j", "j", "enter")
        await on.shows(ReportDetail)
        await on.reads("number 2")
        await on.press("escape")
        await on.shows(ReportList)
        assert "number 2 " in cursor_line(on)


async def test_a_draft_is_at_the_top_and_enter_goes_on_with_it() -> None:
    service = service_with(3)
    service.reader.kept_drafts["d"] = Draft(id="d", description="half written", place="1, 2")
    async with stage(service) as on:
        await on.reads("Reports 3 · 1 draft")
        assert "half written" in on.lines[1]
        await on.press("enter")
        await on.shows(ReportNew)
        assert on.find(TextField).text == "half written"


# --- changes from elsewhere ---


async def test_the_cursor_stays_on_its_report_when_others_come_before_it() -> None:
    service = service_with(30)
    async with stage(service) as on:
        await on.press("j", "j", "j", "j")
        line = [line.startswith(">") for line in on.lines].index(True)
        service.reader.add(
            *(report(100 + n, reported_at=f"2027-01-0{n + 1}T10:00:00Z") for n in range(3))
        )
        service.emit(ReportsChanged())
        await on.reads("Reports 33")
        await until(lambda: "number 4 " in cursor_line(on))
        assert [line.startswith(">") for line in on.lines].index(True) == line


async def test_a_report_that_is_acknowledged_changes_its_row() -> None:
    service = FakeService()
    service.reader.add(report(1), state=RowState.QUEUED)
    async with stage(service) as on:
        await on.reads("↑ number 1")
        service.reader.add(report(1), state=RowState.SENT)
        service.emit(ReportsChanged())
        await on.reads("✓ number 1")


async def test_the_cursor_takes_the_next_row_when_its_own_is_gone() -> None:
    service = service_with(5)
    async with stage(service) as on:
        await on.press("j")
        del service.reader.reports["r00001"]
        service.emit(ReportsChanged())
        await until(lambda: "number 2 " in cursor_line(on))


async def test_a_thumbnail_appears_when_it_comes() -> None:
    service = FakeService()
    service.reader.add(report(1, photos=(Photo("big.jpg", "small.jpg"),)), report(2))
    async with stage(service) as on:
        await on.reads("pending")
        await on.reads("no photo")
        service.pictures["small.jpg"] = picture(1, 64, 48)
        service.emit(PictureReady("small.jpg"))
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        assert "pending" not in on.text


async def test_reports_with_the_same_photo_all_show_it() -> None:
    service = FakeService()
    photos = (Photo("big.jpg", "small.jpg"),)
    service.reader.add(report(1, photos=photos), report(2, photos=photos), report(3, photos=photos))
    async with stage(service) as on:
        await on.reads("pending")
        service.pictures["small.jpg"] = picture(1, 64, 48)
        service.emit(PictureReady("small.jpg"))
        await until(lambda: on.text.count("▄▄▄▄▄▄▄▄▄▄") == 9)
        assert "pending" not in on.text


async def test_a_store_that_cannot_be_read_is_said() -> None:
    service = service_with(1)
    async with stage(service) as on:
        service.reader.broken = StoreDamaged("Record 7 is not what was written", "Ask for help.")
        service.emit(ReportsChanged())
        await on.reads("Record 7 is not what was written. Ask for help.")
        await on.reads("number 0")


async def test_the_status_line_follows_the_sync() -> None:
    async with stage() as on:
        await on.reads("online · nothing to send · never proved · demo")
        proved = SyncState(phase=SyncPhase.IDLE, proved_at=datetime.now(UTC))
        on.service.emit(SyncStateChanged(proved))
        await on.reads("online · all sent · proved just now · demo")


async def test_r_synchronises_now() -> None:
    async with stage() as on:
        await on.press("r")
        await until(lambda: on.service.called("sync_now"))


async def test_saved_is_not_sent_until_it_is() -> None:
    async with stage(service_with(3)) as on:
        await on.press("n", *"hole", "ctrl+s")
        await on.shows(ReportList)
        await on.reads(NOT_SENT)
        await until(lambda: "↑ hole" in cursor_line(on))
        on.service.emit(SyncStateChanged(SyncState(phase=SyncPhase.IDLE)))
        await until(lambda: NOT_SENT not in on.text)


# --- searching ---


async def test_search_finds_while_typing_and_esc_shows_all() -> None:
    async with stage(service_with(30)) as on:
        await on.press("j", "slash", *"ber 2")
        await on.reads("✓ number 24")
        assert "✓ number 1 " not in on.text
        await on.press("enter")
        await on.reads("Reports 12 of 30 with “ber 2”")
        assert "number 2 " in cursor_line(on)
        await on.press("j")
        assert "number 12" in cursor_line(on)
        await on.press("escape")
        await on.reads("Reports 30")
        await until(lambda: "number 12" in cursor_line(on))


async def test_a_search_without_a_find_says_so_and_esc_ends_it() -> None:
    async with stage(service_with(3)) as on:
        await on.press("slash", *"zz")
        await on.reads("Nothing has “zz” in it. Esc shows all again.")
        await on.press("escape")
        await on.reads("number 0")
        assert on.app.focused is on.find(ReportRows)


async def test_letters_in_the_search_are_letters() -> None:
    async with stage(service_with(3)) as on:
        await on.press("slash", *"jnq?r/")
        await on.shows(ReportList)
        await on.reads("jnq?r/")
        assert not on.service.called("sync_now")


# --- order, map and pictures ---

HERE = GeoPoint(37.77, -122.42)


def placed(*latitudes: float) -> FakeService:
    """Reports at so many degrees north; the first is the newest."""
    service = FakeService(where=HERE)
    service.reader.add(
        *(report(n, point=GeoPoint(north, -122.42)) for n, north in enumerate(latitudes)),
        report(8),
    )
    return service


async def test_s_puts_the_nearest_first_and_the_newest_again() -> None:
    async with stage(placed(37.80, 37.78, 37.79)) as on:
        await on.reads("3.3 km N")
        await on.press("j", "j", "s")
        await on.reads("Reports 4 · nearest first")
        await until(lambda: "number 1 " in cursor_line(on))
        found = [line.split()[-3] for line in on.lines if line.rstrip().endswith(" km N")]
        assert found == ["1.1", "2.2", "3.3"]
        await on.press("s")
        await until(lambda: "number 0 " in cursor_line(on))
        assert "nearest" not in on.text


async def test_the_nearest_of_what_was_searched_for() -> None:
    service = placed(37.80, 37.78, 37.79)
    async with stage(service) as on:
        await on.press("s", "slash", *"number", "enter")
        await on.reads("Reports 4 of 4 with “number” · nearest first")


async def test_without_a_position_nothing_is_nearest() -> None:
    service = placed(37.80, 37.78)
    service.where = None
    async with stage(service) as on:
        await on.press("s")
        await on.reads("No position is known yet")
        await until(lambda: "number 0 " in cursor_line(on))
        assert "nearest first" not in on.text


async def test_m_opens_the_map_and_esc_comes_back() -> None:
    async with stage(placed(37.80, 37.78)) as on:
        await on.reads("number 0")
        await on.press("m")
        await on.shows(MapPage)
        await on.press("escape")
        await on.shows(ReportList)


async def test_v_draws_thumbnails_in_another_way_or_not_at_all() -> None:
    service = FakeService()
    service.reader.add(report(1, photos=(Photo("big.jpg", "small.jpg"),)), report(2))
    service.pictures["small.jpg"] = picture(1, 64, 48)
    async with stage(service) as on:
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        await on.press("v")
        await on.reads("pictures: half blocks in 16 colours")
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        await on.press("v")
        await on.reads("pictures: ASCII shades")
        await until(lambda: "▄" not in on.text and "pending" not in on.text)
        await on.press("v")
        await on.reads("pictures: not at all")
        await on.reads("not drawn")
        await on.reads("no photo")


async def test_where_pictures_are_not_drawn_none_is_read() -> None:
    service = FakeService()
    service.reader.add(report(1, photos=(Photo("big.jpg", "small.jpg"),)))
    asked: list[str] = []

    async def ask(key: str) -> bytes | None:
        asked.append(key)
        return picture(1, 64, 48)

    service.picture = ask  # type: ignore[method-assign]
    async with stage(service, pictures="none") as on:
        await on.reads("not drawn")
        assert asked == []
        await on.press("v")
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        assert asked == ["small.jpg"]


async def test_a_terminal_that_gets_its_size_back_draws_no_thumbnail_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = FakeService()
    service.reader.add(*(report(n, photos=(Photo("", f"{n}.jpg"),)) for n in range(5)))
    service.pictures.update({f"{n}.jpg": picture(n, 64, 48) for n in range(5)})
    drawn: list[tuple[int, int]] = []

    def draw(content: bytes, columns: int, rows: int, **options: Any) -> list[Strip]:
        drawn.append((columns, rows))
        return cells(content, columns, rows, **options)

    monkeypatch.setattr(thumbnail, "cells", draw)
    async with stage(service) as on:
        await until(lambda: on.text.count("▄▄▄▄▄▄▄▄▄▄") == 15)
        for size in ((100, 30), (60, 16), (80, 24)):
            await on.resize(*size)
        await until(lambda: on.text.count("▄▄▄▄▄▄▄▄▄▄") == 15)
        assert len(drawn) == 5


# --- help and footer ---


async def test_help_lists_the_keys_of_this_screen_and_no_others() -> None:
    async with stage(service_with(1), size=(80, 70)) as on:
        await on.press("question_mark")
        await on.shows(Help)
        for words in ("n                     Write a new report", "Down, j", "?", "F12"):
            await on.reads(words)
        assert "Show all reports again" not in on.text
        assert "Save the report" not in on.text
        await on.press("escape")
        await on.shows(ReportList)


async def test_footer_and_help_follow_a_keymap() -> None:
    async with stage(service_with(1)) as on:
        on.app.set_keymap({"list.new": "f5"})
        await on.reads("F5 new")
        await on.press("n")
        await on.shows(ReportList)
        await on.press("f5")
        await on.shows(ReportNew)


async def test_keys_of_later_times_do_nothing() -> None:
    async with stage(service_with(3)) as on:
        await on.press("d", "1")
        await on.shows(ReportList)
        assert [name for name, _ in on.service.calls] == ["sign_in"]


async def test_the_cursor_can_be_sent_to_an_entry_that_comes_later() -> None:
    async def fetch(ids: object) -> list[object]:
        return []

    rows = ReportRows(fetch, FakeService().picture, Gallery())  # type: ignore[arg-type]
    rows.book.replace([], ["a", "b"])
    rows._wanted = Entry("c")
    rows.book.replace([], ["a", "b", "c"])
    rows._take_wanted()
    assert rows.book.current == Entry("c")
