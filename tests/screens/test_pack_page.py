"""Pack my day: what is asked for, how far it is, what is missing, and the keys for it."""

from dataclasses import replace

from civictui.domain.events import PackMoved
from civictui.domain.model import GeoPoint, Lacking, Pack, PackCount, PackOrder, PackStep
from civictui.screens.pack_page import PackPage
from civictui.screens.report_list import ReportList
from tests.fakes import FakeService
from tests.stage import Stage, stage

ORDER = PackOrder(near=GeoPoint(37.7749, -122.4194), meters=2000, most=100_000_000)
GOING = Pack(
    step=PackStep.PICTURES,
    share=0.45,
    reports=26,
    thumbnails=PackCount(20, 20),
    pictures=PackCount(3, 20),
    tiles=PackCount(0, 64),
    bytes=1_234_567,
)
DONE = replace(
    GOING,
    step=PackStep.DONE,
    share=1.0,
    at="2026-11-23T06:30:00.000Z",
    pictures=PackCount(19, 20),
    lacking=(
        Lacking(PackStep.PICTURES, "not on the server yet", "Pothole\non Elm Street", "a"),
        Lacking(PackStep.MAP, "over the budget", "city", count=9),
        Lacking(PackStep.MAP, "the gateway has no base map of this place", "the map", count=0),
    ),
)


async def look(on: Stage) -> PackPage:
    await on.press("P")
    return await on.shows(PackPage)


def service_with(day: Pack | None = None) -> FakeService:
    return FakeService(order=ORDER, day=day)


async def test_before_the_first_it_says_what_would_be_fetched() -> None:
    async with stage(service_with()) as on:
        await look(on)
        await on.reads("within 2.0 km of")
        await on.reads("37.774900, -122.419400 and of these")
        await on.reads("At most 100.0 MB")
        await on.reads("Nothing is packed yet.")
        assert "Enter" in on.lines[-1]
        assert "stop" not in on.lines[-1]


async def test_enter_begins_and_x_stops() -> None:
    service = service_with()
    async with stage(service) as on:
        await look(on)
        await on.press("enter")
        assert service.called("pack") == [ORDER]
        await on.reads("0 %")
        await on.reads("reports")
        await on.press("enter")
        assert service.called("pack") == [ORDER], "one at a time"
        service.packs(GOING)
        await on.reads("45 % pictures")
        await on.reads("3 of 20")
        await on.reads("0 of 64")
        await on.reads("1.2 MB")
        await on.press("x")
        assert service.called("stop_packing") == [None]
        await on.reads("It ended early: it was stopped")
        await on.press("x")
        assert len(service.called("stop_packing")) == 1


async def test_a_thin_link_is_not_told_of_every_piece() -> None:
    service = service_with()
    async with stage(service) as on:
        page = await look(on)
        await on.press("enter")
        drawn: list[int] = []
        show = page._show

        def counted(pack: Pack | None) -> None:
            drawn.append(1)
            show(pack)

        page._show = counted  # type: ignore[method-assign]
        for number in range(200):
            service.packs(replace(GOING, pictures=PackCount(number, 200)))
        await on.reads("199 of 200")
        assert len(drawn) < 10
        service.packs(DONE)
        await on.reads("100 % packed")


async def test_what_is_missing_is_listed_with_the_reason() -> None:
    async with stage(service_with(DONE)) as on:
        await look(on)
        await on.reads("100 % packed")
        await on.reads("19 of 20")
        await on.reads("Missing")
        await on.reads("1 picture: Pothole on Elm Street")
        await on.reads("not on the server yet")
        await on.reads("9 map tiles: city")
        await on.reads("over the budget")
        await on.reads("the map")
        await on.reads("the gateway has no base map of this place")


async def test_it_goes_on_while_the_page_is_left() -> None:
    service = service_with()
    async with stage(service) as on:
        await look(on)
        await on.press("enter", "escape")
        await on.shows(ReportList)
        service.packs(DONE)
        await on.reads("packed, with something missing: P lists it")
        service.packs(replace(DONE, lacking=()))
        await on.reads("the day is packed")
        await look(on)
        await on.reads("100 %")
        await on.reads("All of it is here.")


async def test_a_packing_that_did_not_begin_shows_what_is_packed() -> None:
    service = service_with(DONE)
    async with stage(service) as on:
        await look(on)
        await on.reads("100 %")
        service.day = replace(DONE, reason="No answer")
        service.emit(PackMoved(Pack(step=PackStep.STOPPED, reason="No answer")))
        await on.reads("100 %")
        await on.reads("It ended early: No answer")
        await on.reads("19 of 20")


async def test_hostile_words_stay_words() -> None:
    entry = Lacking(PackStep.PICTURES, "[bold]\x1b[2J", "\x1b]0;owned\x07[red]x", "a")
    async with stage(service_with(replace(DONE, reason="[/]\x1b[1m", lacking=(entry,)))) as on:
        await look(on)
        await on.reads("[bold]")
        await on.reads("[red]x")
        await on.reads("It ended early: [/]")


async def test_it_fits_a_small_terminal() -> None:
    async with stage(service_with(DONE), size=(60, 16)) as on:
        await look(on)
        await on.press("end")
        await on.reads("over the budget")
