import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import StoreFull, StoreReadOnly
from civictui.domain.model import Draft, GeoPoint
from civictui.screens.acting import NOT_SENT
from civictui.screens.ask import Ask
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.text_field import TextField
from civictui.widgets.pictures.picture_pane import PicturePane
from tests.city import picture
from tests.fakes import FakeService, taken_photo
from tests.stage import Stage, stage, until

PHOTO = "/photos/a.jpg"
HERE = GeoPoint(37.78, -122.41)
BEFORE = "2026-11-22T10:00:00Z"
"""When a draft of an earlier day was saved."""


def with_photo(point: GeoPoint | None = HERE) -> FakeService:
    taken = taken_photo(point=point)
    return FakeService(
        photos={PHOTO: taken}, pictures={taken.photo.thumbnail: picture(1, 256, 192)}
    )


async def begin(on: Stage) -> ReportNew:
    await on.press("n")
    return await on.shows(ReportNew)


async def fill(on: Stage, **values: str) -> None:
    """Put text into fields as typing does, without its time."""
    for name, text in values.items():
        field = on.find(LineField, f"#{name}")
        field.focus()
        field.value = text
    await on.settle()


def focused(on: Stage) -> str:
    return (on.app.focused.id if on.app.focused else "") or ""


async def test_tab_goes_through_the_fields_and_enter_goes_on_in_one_line() -> None:
    async with stage() as on:
        await begin(on)
        seen = [focused(on)]
        for key in ("tab", "enter", "enter", "tab"):
            await on.press(key)
            seen.append(focused(on))
        assert seen == ["description", "category", "photo", "place", "address"]
        await on.press("shift+tab")
        assert focused(on) == "place"


async def test_enter_makes_a_new_line_in_the_description() -> None:
    async with stage() as on:
        await begin(on)
        await on.press("a", "enter", "b")
        assert on.find(TextField).text == "a\nb"


async def test_a_whole_report_is_submitted_and_the_list_says_it_is_not_sent() -> None:
    service = with_photo()
    async with stage(service) as on:
        await begin(on)
        await on.write("hole")
        await fill(on, category="pothole", photo=PHOTO, place="37.5, -122.5", address="1 Main St")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        await on.reads(NOT_SENT)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert (draft.description, draft.category, draft.place, draft.address) == (
            "hole",
            "pothole",
            "37.5, -122.5",
            "1 Main St",
        )
        assert draft.place_source == "typed"
        assert draft.photos == (service.photos[PHOTO].photo,)
        assert not service.reader.kept_drafts


async def test_a_report_is_submitted_once_however_often_the_key_is_pressed() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        on.service.hold = asyncio.Event()
        await on.press("ctrl+s", "ctrl+s", "ctrl+s")
        await on.reads("saving …")
        on.service.hold.set()
        await on.shows(ReportList)
        assert len(on.service.called("submit")) == 1


# --- checks ---


async def test_errors_are_said_near_their_fields_with_the_first_in_focus() -> None:
    async with stage() as on:
        screen = await begin(on)
        await fill(on, place="somewhere", photo="/nowhere.jpg")
        await on.press("ctrl+s")
        await on.reads("Say in a few words what is wrong.")
        await on.reads("/nowhere.jpg is no picture. Name a JPEG, PNG or WebP file.")
        await on.reads("is no place that can be read")
        assert focused(on) == "description"
        assert not on.service.called("submit")
        await on.write("hole")
        await on.press("ctrl+s")
        await until(lambda: focused(on) == "photo")
        await fill(on, photo="", place="")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert not screen.is_running


async def test_a_store_that_is_full_keeps_what_was_typed() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        on.service.failing["submit"] = StoreFull("The disk is full", "Make room and try again.")
        await on.press("ctrl+s")
        await on.reads("The disk is full. Make room and try again.")
        assert on.find(TextField).text == "hole"
        await on.write("s")
        assert on.find(TextField).text == "holes"
        await on.press("ctrl+s")
        await on.shows(ReportList)


async def test_an_error_of_the_program_frees_the_form() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        on.service.failing["submit"] = KeyError("secret")
        await on.press("ctrl+s")
        await on.reads("The program met an error of its own (KeyError)")
        assert "secret" not in on.text
        await on.press("ctrl+s")
        await on.shows(ReportList)


# --- the draft ---


async def test_typing_is_saved_within_a_second_without_leaving_the_form() -> None:
    async with stage() as on:
        screen = await begin(on)
        await on.write("hole")
        await until(lambda: on.service.reader.kept_drafts)
        await until(lambda: screen.unsaved() is None)
        (draft,) = on.service.reader.kept_drafts.values()
        assert draft.description == "hole"


async def test_esc_keeps_the_draft_and_enter_goes_on_with_it() -> None:
    service = with_photo()
    async with stage(service) as on:
        await begin(on)
        await on.write("hole")
        await fill(on, photo=PHOTO, address="1 Main St")
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("✎ hole")
        await on.press("enter")
        await on.shows(ReportNew)
        assert on.find(TextField).text == "hole"
        assert on.find(LineField, "#address").value == "1 Main St"
        assert on.find(PathField).value == ""
        await on.reads("1. a.jpg, 1600x900, 231 kB")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert draft.photos


async def test_esc_from_an_empty_form_leaves_no_draft() -> None:
    async with stage() as on:
        await begin(on)
        await on.press("escape")
        await on.shows(ReportList)
        assert not on.service.called("save_draft")


async def test_a_draft_that_was_emptied_is_gone() -> None:
    service = FakeService()
    service.reader.kept_drafts["d"] = Draft(id="d", description="x", saved_at=BEFORE)
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportNew)
        await on.press("backspace", "escape")
        await on.shows(ReportList)
        assert not service.reader.kept_drafts


async def test_esc_stays_when_the_draft_cannot_be_saved() -> None:
    async with stage() as on:
        await begin(on)
        on.service.failing["save_draft"] = StoreFull("The disk is full", "Make room.")
        await on.press(*"hole", "escape")
        await on.shows(Ask)
        await on.reads("Leave, and lose what you typed since it was last saved?")
        await on.press("enter")
        await on.shows(ReportNew)
        await on.reads("The disk is full. Make room.")
        assert on.find(TextField).text == "hole"
        await on.press("escape")
        await on.shows(ReportList)
        assert on.service.reader.kept_drafts


READ_ONLY = StoreReadOnly(
    "The disk can be read, but nothing can be saved on it", "Ask for another."
)


class ReadOnlyService(FakeService):
    """A store that can be read, and nothing else."""

    async def save_draft(self, draft: Draft) -> None:
        raise READ_ONLY

    async def discard_draft(self, draft_id: str) -> None:
        raise READ_ONLY


async def test_a_store_that_cannot_be_written_is_said_at_once_and_the_text_stays() -> None:
    async with stage(ReadOnlyService()) as on:
        await begin(on)
        await on.press(*"hole")
        await on.reads("nothing can be saved on it. Ask for another.")
        assert on.find(TextField).text == "hole"
        await on.press("f8", "right", "enter")
        await on.shows(ReportList)


@pytest.mark.parametrize("change", [("s",), ("ctrl+u",)], ids=["changed", "emptied"])
async def test_nobody_is_held_on_a_draft_that_cannot_be_saved(change: tuple[str, ...]) -> None:
    service = ReadOnlyService()
    service.reader.kept_drafts["d"] = Draft(id="d", description="half a hole", saved_at=BEFORE)
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportNew)
        await on.press("f8", "right", "enter")
        await on.reads("nothing can be saved on it. Ask for another.")
        await on.press(*change, "escape")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.shows(ReportList)
        assert service.reader.kept_drafts["d"].description == "half a hole"


async def test_discarding_asks_first_with_the_safe_answer_in_focus() -> None:
    service = FakeService()
    draft = Draft(id="d", description="half a hole", saved_at=BEFORE)
    service.reader.kept_drafts["d"] = replace(draft, at_field="description", at_offset=11)
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportNew)
        await on.press("f8")
        await on.shows(Ask)
        await on.reads("half a hole")
        await on.press("enter")
        await on.shows(ReportNew)
        assert service.reader.kept_drafts
        await on.press("f8", "tab", "enter")
        await on.shows(ReportList)
        await until(lambda: not service.reader.kept_drafts)
        assert service.called("save_draft") == []


# --- completion ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("beach.jpg", "beacon.JPEG", "bed.txt", ".hidden.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "more").mkdir()
    return tmp_path


async def test_right_takes_the_proposal_and_tab_moves_on(folder: Path) -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, photo=f"{folder}/")
        field = on.find(PathField)
        await on.write("b")
        await until(lambda: field._suggestion)
        await on.press("right")
        assert field.value == f"{folder}/beach.jpg"
        await on.press("tab")
        assert focused(on) == "place"


async def test_down_shows_the_next_proposal(folder: Path) -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, photo=f"{folder}/be")
        field = on.find(PathField)
        await until(lambda: field._suggestion == f"{folder}/beach.jpg")
        await on.press("down")
        await until(lambda: field._suggestion == f"{folder}/beacon.JPEG")
        await on.press("ctrl+@")
        assert field.value == f"{folder}/beacon.JPEG"


async def test_the_form_outlives_a_picture_pane_that_grows() -> None:
    async with stage(with_photo()) as on:
        await begin(on)
        await fill(on, photo=PHOTO)
        await on.press("tab")
        await until(lambda: on.find(PicturePane).shows_picture)
        await fill(on, place="")
        await on.resize(132, 43)
        await until(lambda: on.find(PicturePane).size.height > 10)
        assert on.find(PicturePane).shows_picture
