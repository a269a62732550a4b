from dataclasses import replace

from civictui.domain.events import PictureFailed, PictureReady, ReportsChanged
from civictui.domain.model import GeoPoint, Photo, Report, RowState, Update
from civictui.screens.map_page import MapPage
from civictui.screens.report_detail import NO_LONGER_HERE, ReportDetail
from civictui.screens.report_list import ReportList
from civictui.widgets.pictures.picture_pane import PicturePane
from tests.city import picture
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

FIRST = Photo("a.jpg", "a-small.jpg", bytes=180_000, width=1600, height=1200)
SECOND = Photo("b.jpg", "b-small.jpg", caption="from the other side")
POINT = GeoPoint(37.78, -122.41)


def service_with(*photos: Photo, point: GeoPoint | None = POINT) -> FakeService:
    service = FakeService(where=GeoPoint(37.77, -122.41))
    report = Report(
        id="r1",
        description="A hole\nas wide as a car",
        category="pothole",
        reported_by="asha",
        reported_at="2026-11-23T10:00:00Z",
        address="1 Market St",
        point=point,
        photos=photos,
    )
    service.reader.add(report, state=RowState.QUEUED)
    return service


async def open_report(on: Stage) -> ReportDetail:
    await on.reads("A hole")
    await on.press("enter")
    return await on.shows(ReportDetail)


async def test_all_that_is_known_is_in_words() -> None:
    async with stage(service_with()) as on:
        await open_report(on)
        for words in (
            "A hole",
            "as wide as a car",
            "↑ saved on this terminal, not sent yet",
            "open · pothole",
            "by asha",
            "1 Market St",
            "37.780000, -122.410000, 1.1 km N away",
            "r1",
            "no photo",
        ):
            await on.reads(words)


async def test_the_picture_is_shown_with_its_facts() -> None:
    service = service_with(FIRST)
    service.pictures["a.jpg"] = picture(1, 320, 240)
    async with stage(service) as on:
        await open_report(on)
        await on.reads("1600x1200, 180 kB")
        await until(lambda: on.find(PicturePane).shows_picture)
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        assert not service.called("want_picture")


async def test_a_picture_that_is_not_here_is_asked_for_and_shown_when_it_comes() -> None:
    service = service_with(FIRST)
    async with stage(service) as on:
        await open_report(on)
        await on.reads("the picture is pending")
        assert service.called("want_picture") == ["a.jpg"]
        service.pictures["a.jpg"] = picture(1, 320, 240)
        service.emit(PictureReady("other.jpg"))
        service.emit(PictureReady("a.jpg"))
        await on.reads("1600x1200")


async def test_the_thumbnail_stands_in_until_the_picture_comes() -> None:
    service = service_with(FIRST)
    service.pictures["a-small.jpg"] = picture(1, 64, 48)
    async with stage(service) as on:
        await open_report(on)
        await on.reads("a small one; the picture is pending")
        await until(lambda: on.find(PicturePane).shows_picture)


async def test_a_picture_that_cannot_be_had_says_why() -> None:
    service = service_with(FIRST)
    async with stage(service) as on:
        await open_report(on)
        await on.reads("pending")
        service.emit(PictureFailed("a.jpg", "the server lacks it"))
        await on.reads("the picture could not be had: the")


async def test_left_and_right_turn_the_photos() -> None:
    service = service_with(FIRST, SECOND)
    service.pictures.update({"a.jpg": picture(1, 320, 240), "b.jpg": picture(2, 320, 240)})
    async with stage(service) as on:
        await open_report(on)
        await on.reads("1 of 2, 1600x1200")
        await on.press("right")
        await on.reads("2 of 2, from the other side")
        await on.press("right")
        await on.reads("1 of 2")
        await on.press("left")
        await on.reads("2 of 2")


async def test_the_photos_of_remarks_come_after_its_own() -> None:
    service = service_with(FIRST)
    service.reader.said["r1"] = [Update(id="u1", report="r1", photos=(SECOND,))]
    service.pictures.update({"a.jpg": picture(1, 320, 240), "b.jpg": picture(2, 320, 240)})
    async with stage(service) as on:
        await open_report(on)
        await on.reads("1 of 2, 1600x1200")
        await on.press("right")
        await on.reads("2 of 2, from the other side")


async def test_where_pictures_are_not_drawn_none_is_fetched() -> None:
    service = service_with(FIRST)
    async with stage(service, pictures="none") as on:
        await open_report(on)
        await on.reads("not drawn; p shows")
        assert not service.called("want_picture")
        service.pictures["a.jpg"] = picture(1, 320, 240)
        await on.press("v")
        await on.reads("pictures: half blocks in 256 colours")
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        await on.press("v", "v", "v")
        await on.reads("pictures: not at all")
        await on.reads("not drawn; p shows")
        assert "▄" not in on.text


async def test_the_way_of_drawing_is_the_same_on_the_list() -> None:
    service = service_with(FIRST)
    service.pictures.update({"a.jpg": picture(1, 320, 240), "a-small.jpg": picture(1, 64, 48)})
    async with stage(service) as on:
        await on.reads("▄▄▄▄▄▄▄▄▄▄")
        await open_report(on)
        await on.press("v", "v")
        await on.reads("pictures: ASCII shades")
        await on.press("escape")
        await on.shows(ReportList)
        await until(lambda: "▄" not in on.text)
        assert "pending" not in on.text


async def test_m_opens_the_map_where_there_is_a_place() -> None:
    async with stage(service_with()) as on:
        await open_report(on)
        await on.reads("m map")
        await on.press("m")
        await on.shows(MapPage)
    async with stage(service_with(point=None)) as on:
        await open_report(on)
        await on.press("m")
        await on.shows(ReportDetail)
        assert "m map" not in on.text


async def test_without_a_photo_there_is_no_picture_to_look_at() -> None:
    async with stage(service_with()) as on:
        await open_report(on)
        await on.press("p")
        await on.shows(ReportDetail)
        assert "p picture" not in on.text


# --- what was said later ---


async def test_remarks_stand_below_the_text_and_follow_the_sync() -> None:
    service = service_with()
    said = Update(
        id="u1",
        report="r1",
        reported_by="ben",
        reported_at="2026-11-23T11:00:00Z",
        text="Filled with gravel\nuntil spring",
        status="assigned",
    )
    service.reader.said["r1"] = [said]
    async with stage(service, size=(80, 40)) as on:
        await open_report(on)
        await on.reads("ben: open -> assigned")
        place = next(n for n, line in enumerate(on.lines) if line.startswith("Timeline  "))
        assert on.lines[place + 1].startswith(" " * 10 + "Filled with gravel")
        assert on.lines[place + 2].startswith(" " * 10 + "until spring")
        later = replace(said, id="u2", reported_by="demo", reported_at="2026-11-23T12:00:00Z")
        service.reader.said["r1"].append(replace(later, text="Paved", status=""))
        service.emit(ReportsChanged())
        await on.reads("Paved")
        await on.reads("you")


# --- place and address ---


async def test_an_address_to_come_and_how_the_place_was_measured_are_said() -> None:
    service = service_with()
    row = service.reader.reports["r1"]
    location = {"source": "gps", "accuracy": 5.6, "at": "2026-11-23T09:40:00Z"}
    report = replace(row.report, address="", address_source="pending", location=location)
    service.reader.reports["r1"] = replace(row, report=report)
    async with stage(service) as on:
        await on.reads("37.780000, -122.410000 · address pending")
        await open_report(on)
        await on.reads("Address   pending: asked for as soon as there is a link")
        await on.reads("1.1 km N away · gps, ±6 m,")
        await on.reads("20 min before the")


async def test_the_map_shows_the_reports_around() -> None:
    service = service_with()
    service.reader.add(Report(id="r2", point=GeoPoint(37.781, -122.41)))
    async with stage(service) as on:
        await open_report(on)
        await on.reads("X this report · ✓ sent")


async def test_a_report_without_a_place_says_so() -> None:
    async with stage(service_with(point=None)) as on:
        await open_report(on)
        await on.reads("Place     none given")
        await on.reads("no location")


async def test_its_state_follows_the_sync() -> None:
    service = service_with()
    async with stage(service) as on:
        await open_report(on)
        service.reader.add(service.reader.reports["r1"].report, state=RowState.SENT)
        service.emit(ReportsChanged())
        await on.reads("✓ sent, the server has it")


async def test_a_report_that_vanished_is_said_and_esc_goes_back() -> None:
    service = service_with()
    async with stage(service) as on:
        await open_report(on)
        service.reader.reports.clear()
        service.emit(ReportsChanged())
        await on.reads(NO_LONGER_HERE)
        await on.reads("Sending   no longer here: withdrawn or deleted; its earlier versions")
        await on.press("escape")
        await on.shows(ReportList)


async def test_a_report_that_came_back_is_as_any_other() -> None:
    service = service_with()
    async with stage(service) as on:
        await open_report(on)
        kept = dict(service.reader.reports)
        service.reader.reports.clear()
        service.emit(ReportsChanged())
        await on.reads(NO_LONGER_HERE)
        service.reader.reports.update(kept)
        service.emit(ReportsChanged())
        await until(lambda: "no longer here" not in on.text)
        await on.reads("e edit")


async def test_a_long_reason_stays_beside_its_label() -> None:
    service = service_with()
    reason = "The category must be one of: " + ", ".join(f"kind{n}" for n in range(20)) + "."
    row = service.reader.reports["r1"]
    service.reader.reports["r1"] = replace(row, state=RowState.NEEDS_YOU, reason=reason)
    async with stage(service) as on:
        await open_report(on)
        await on.reads("kind19.")
        place = next(n for n, line in enumerate(on.lines) if line.startswith("Sending   ! needs"))
        assert on.lines[place + 1].startswith(" " * 10 + "kind")
        assert on.lines[place + 2].startswith(" " * 10 + "kind")


async def test_a_long_report_scrolls_by_keyboard() -> None:
    service = FakeService()
    words = "\n".join(f"line {n}." for n in range(60))
    service.reader.add(Report(id="r1", description=f"A hole\n{words}"))
    async with stage(service) as on:
        await open_report(on)
        await on.reads("line 0.")
        await on.press("G")
        await on.reads("line 59.")
        await on.press("g", "j")
        await until(lambda: on.lines[1].startswith("line 0."))
