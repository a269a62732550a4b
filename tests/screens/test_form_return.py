"""Coming back to a draft: what the files of its photos said is still known."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest

from civictui.codec import decode_object, encode
from civictui.domain.model import Draft, now_text
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.photo_list import PhotoList
from tests.fakes import FakeService, taken_photo
from tests.screens.form_stage import (
    HERE,
    OTHER,
    PHOTO,
    THERE,
    begin,
    fill,
    kept,
    listed,
    says,
    submitted,
    take,
    value,
    with_photos,
    with_two,
)
from tests.stage import Stage, stage, until

Return: TypeAlias = Callable[[Stage], Awaitable[ReportNew]]

SOON = now_text(datetime.now(UTC) + timedelta(days=400))


def stored(draft: Draft) -> Draft:
    """As it comes from a disk."""
    return Draft.from_doc(decode_object(encode(draft.to_doc())))


async def by_esc(on: Stage) -> ReportNew:
    await on.press("escape")
    await on.shows(ReportList)
    reread(on)
    return await open_first(on)


async def open_first(on: Stage) -> ReportNew:
    await on.press("home", "enter")
    return await on.shows(ReportNew)


async def by_lock(on: Stage) -> ReportNew:
    """Who signs in again is in the form at once."""
    await on.press("f12")
    await on.shows(Login)
    reread(on)
    await on.enter()
    return await on.shows(ReportNew)


def reread(on: Stage) -> None:
    drafts = on.service.reader.kept_drafts
    drafts.update({key: stored(draft) for key, draft in drafts.items()})


@pytest.mark.parametrize("way", [by_esc, by_lock])
async def test_what_is_odd_is_said_again(way: Return) -> None:
    odd = taken_photo("b", at_zero=True, taken_at=SOON)
    async with stage(with_photos(taken_photo("a", point=THERE), odd)) as on:
        await begin(on)
        await fill(on, place="37.78, -122.41")
        await take(on, PHOTO)
        await take(on, OTHER)
        before = listed(on)
        assert len(before) == 5
        assert before[1] == "! was taken 1.1 km N of this place"
        page = await way(on)
        assert listed(on) == before
        assert page.unsaved() is None


@pytest.mark.parametrize("way", [by_esc, by_lock])
async def test_the_place_of_a_photo_still_goes_with_it(way: Return) -> None:
    service = with_photos(taken_photo("a", point=HERE), taken_photo("b", point=THERE))
    async with stage(service) as on:
        await with_two(on)
        await way(on)
        await says(on, "place", "from the photo")
        on.find(PhotoList).focus()
        await on.press("d")
        await until(lambda: value(on, "place") == "37.790000, -122.410000")
        await on.press("j", "d")
        await until(lambda: value(on, "place") == "")
        draft = await submitted(on)
        assert (draft.photos, draft.origins, draft.place_source) == ((), {}, "typed")


async def test_what_was_kept_while_the_form_was_open_is_enough() -> None:
    """A program that is killed has no other chance."""
    odd = taken_photo("a", point=THERE, taken_at=SOON)
    async with stage(with_photos(odd)) as on:
        await begin(on)
        await fill(on, place="37.78, -122.41")
        await take(on, PHOTO)
        before = listed(on)
        draft = stored(await kept(on, lambda draft: draft.origins))
    service = FakeService()
    service.reader.kept_drafts[draft.id] = draft
    async with stage(service) as on:
        await open_first(on)
        assert len(before) == 3
        assert listed(on) == before


async def test_a_name_that_is_no_text_can_be_kept() -> None:
    async with stage(with_photos(taken_photo("\udcff\x1b[31m\nhole"))) as on:
        await begin(on)
        await take(on, PHOTO)
        draft = await kept(on, lambda draft: draft.origins)
        assert [origin.name for origin in draft.origins.values()] == ["hole.jpg"]
        assert encode({"name": draft.origins[draft.photos[0].key].name})
