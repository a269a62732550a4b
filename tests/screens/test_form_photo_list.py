"""The list of photos in the form: order, captions, what is left out, what is looked at."""

import pytest
from textual.strip import Strip
from textual.widgets import Label

from civictui.screens.picture_page import PicturePage
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.pictures.picture_pane import PicturePane
from tests.fakes import FakeService, taken_photo
from tests.screens.form_stage import (
    FIX,
    HERE,
    OTHER,
    PHOTO,
    begin,
    fill,
    focused,
    kept,
    listed,
    remark,
    says,
    submitted,
    take,
    with_photos,
    with_two,
)
from tests.stage import stage, until


async def test_the_keys_of_the_list_are_said_while_it_is_in_focus() -> None:
    async with stage(with_photos()) as on:
        await with_two(on)
        await says(on, "photo", "c caption", "d leave out", "J later", "K earlier", "p look")


async def test_the_keys_are_those_of_the_photo_with_the_cursor() -> None:
    async with stage(with_photos(taken_photo("a", point=HERE))) as on:
        await with_two(on)
        await says(on, "photo", "p look, m its place")
        await on.press("j")
        await until(lambda: remark(on, "photo").endswith("p look"))
        await on.press("k", "d")
        await until(lambda: "caption" not in remark(on, "photo"))


async def test_a_photo_that_is_taken_in_is_in_sight_on_a_low_terminal() -> None:
    async with stage(with_photos(), size=(60, 16)) as on:
        await begin(on)
        await fill(on, photo=PHOTO)
        await on.press("enter")
        await on.reads("1. a.jpg")
        found = on.find(PhotoList)
        found.focus()
        await fill(on, photo=OTHER)
        found.focus()
        await on.reads("> 2. b.jpg")


async def test_a_photo_that_is_taken_in_again_has_the_cursor() -> None:
    async with stage(with_photos()) as on:
        await with_two(on)
        await fill(on, photo=OTHER)
        on.find(PhotoList).focus()
        await on.reads("> 2. b.jpg")
        assert "> 1. a.jpg" not in on.text


async def test_the_caption_is_in_sight_and_so_is_the_photo_afterwards() -> None:
    async with stage(with_photos(), size=(60, 16)) as on:
        await with_two(on)
        await on.press("c")
        await on.reads("Caption")
        await on.press("enter")
        await on.reads("> 1. a.jpg")


async def test_the_picture_stays_where_it_is_while_lines_come_and_go() -> None:
    async with stage(with_photos()) as on:
        await with_two(on)
        pane = on.find(PicturePane)
        await until(lambda: pane.display and pane.shows_picture)
        place = pane.region
        assert place.bottom == 22
        await on.press("c")
        await on.reads("Caption")
        assert pane.region == place
        await on.press("enter")
        await on.resize(80, 16)
        await until(lambda: not pane.display)
        await on.resize(80, 24)
        await until(lambda: pane.display and pane.region == place)


async def test_what_became_of_a_key_is_said_above_where_its_field_is_out_of_sight() -> None:
    async with stage(FakeService(fix=FIX), size=(60, 8), lowest=True) as on:
        await begin(on)
        await on.press("f2")
        await until(lambda: "There is no photo in the inbox" in on.lines[0])
        await on.press("f4")
        await until(lambda: "gps, ±6 m" in on.lines[0])
        assert focused(on) == "description"
        await fill(on, photo="")
        await on.press("f2")
        await until(lambda: any("There is no photo" in line for line in on.lines[1:]))
        await until(lambda: on.lines[0].startswith("New report"))


async def test_it_goes_from_there_with_the_cursor() -> None:
    async with stage(FakeService(fix=FIX), size=(60, 8), lowest=True) as on:
        await begin(on)
        await on.press("f2")
        await until(lambda: "There is no photo in the inbox" in on.lines[0])
        await on.press("tab")
        await until(lambda: on.lines[0].startswith("New report"))
        assert "no photo" not in on.lines[0]


async def test_the_next_field_does_not_send_the_whole_screen() -> None:
    async with stage(with_photos()) as on:
        page = await begin(on)
        sent: list[object] = []
        page.refresh = sent.append  # type: ignore[assignment, method-assign]
        await on.press("tab")
        assert focused(on) == "category"
        assert sent == []


async def test_photos_change_their_order() -> None:
    service = with_photos()
    async with stage(service) as on:
        found = await with_two(on)
        await on.press("J")
        await until(lambda: [photo.large for photo in found.photos] == ["b.jpg", "a.jpg"])
        assert listed(on)[1].startswith("> 2. a.jpg")
        await on.press("J", "K")
        assert [photo.large for photo in found.photos] == ["a.jpg", "b.jpg"]
        await on.press("J")
        await kept(on, lambda draft: [photo.large for photo in draft.photos] == ["b.jpg", "a.jpg"])


async def test_a_caption_is_written_and_kept() -> None:
    async with stage(with_photos()) as on:
        await with_two(on)
        await on.press("c")
        assert focused(on) == "caption"
        await on.write("from the north")
        await kept(on, lambda draft: draft.photos[0].caption == "from the north")
        await on.press("enter")
        assert isinstance(on.app.focused, PhotoList)
        await on.reads("a.jpg, 1600x900, 231 kB: from the north")
        await on.press("c", "!", "escape")
        assert isinstance(on.app.focused, PhotoList)
        draft = await submitted(on)
        assert [photo.caption for photo in draft.photos] == ["from the north!", ""]


async def test_a_photo_is_left_out_and_brought_back() -> None:
    async with stage(with_photos()) as on:
        found = await with_two(on)
        await on.press("d")
        await on.reads("left out: a.jpg")
        await says(on, "photo", "d bring back")
        assert "leave out" not in remark(on, "photo")
        await kept(on, lambda draft: [photo.large for photo in draft.photos] == ["b.jpg"])
        await on.press("c")
        assert on.app.focused is found
        await on.press("d")
        await says(on, "photo", "d leave out")
        await kept(on, lambda draft: [photo.large for photo in draft.photos] == ["a.jpg", "b.jpg"])


async def test_the_footer_and_the_help_say_what_the_key_does_now() -> None:
    async with stage(with_photos(), size=(240, 24)) as on:
        await with_two(on)
        await until(lambda: "d leave out" in on.lines[-1])
        await on.press("d")
        await until(lambda: "d bring back" in on.lines[-1])
        assert "leave out" not in on.lines[-1]
        await on.press("f1")
        await on.reads("Bring this photo back")


async def test_a_photo_that_is_left_out_is_not_submitted() -> None:
    async with stage(with_photos()) as on:
        await with_two(on)
        await on.press("delete")
        assert [photo.large for photo in (await submitted(on)).photos] == ["b.jpg"]


async def test_a_photo_is_looked_at_on_the_whole_screen() -> None:
    async with stage(with_photos()) as on:
        found = await with_two(on)
        await on.press("p")
        await on.shows(PicturePage)
        await on.press("right", "escape")
        await on.shows(ReportNew)
        assert on.app.focused is found
        await on.reads("> 2. b.jpg")


async def test_without_photos_there_is_no_list() -> None:
    async with stage() as on:
        await begin(on)
        assert not on.find(PhotoList).display
        await fill(on, photo="")
        await on.press("tab")
        assert focused(on) == "place"


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_the_list_works_where_there_is_little_room(size: tuple[int, int]) -> None:
    service = with_photos()
    for number in range(8):
        service.photos[f"/{number}.jpg"] = taken_photo(f"photo{number}")
    async with stage(service, size=size) as on:
        await begin(on)
        for number in range(8):
            await take(on, f"/{number}.jpg")
        on.find(PhotoList).focus()
        await on.reads("> 8. photo7.jpg")
        await on.press(*["k"] * 7)
        await on.reads("> 1. photo0.jpg")
        await on.press("tab")
        assert focused(on) == "place"


async def test_typing_elsewhere_draws_nothing_of_the_photos_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(with_photos(taken_photo("a", at_zero=True))) as on:
        await with_two(on)
        on.app.screen.query_one("#description").focus()
        await on.settle()
        drawn: list[int] = []
        said: list[str] = []

        def draw(_: PhotoList, line: int) -> Strip:
            drawn.append(line)
            return Strip.blank(1)

        monkeypatch.setattr(PhotoList, "render_line", draw)
        monkeypatch.setattr(Label, "update", lambda _, words: said.append(words))
        await on.write("hole")
        await fill(on, address="1 Main St")
        await on.write("1")
        assert (drawn, said) == ([], [])
