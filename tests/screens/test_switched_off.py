"""What the operator switches off: at once, on every page, and said rather than silent."""

from functools import partial
from typing import Any

import pytest
from textual.screen import Screen

from civictui.domain.errors import FeatureOff
from civictui.domain.model import NO_POLICY, AddressProposal, AddressSource, Policy
from civictui.domain.model.policy import FEATURES
from civictui.keys import ALL
from civictui.screens.help import Help
from civictui.screens.map_page import MapPage
from civictui.screens.page import Page
from civictui.screens.palette import Palette
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.bindings import ActiveKey, screen_keys
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.map.chart_view import ChartView
from civictui.widgets.map.map_view import MapView
from tests.fakes import FakeService, taken_photo
from tests.screens.every_page import BY_NAME, TO_PLACE, WAYS, Way, arrived, in_conflict
from tests.stage import stage, until

OF_A_FEATURE = {key.id: key for key in ALL if key.feature}
KEYLESS = {"geocoder"}
"""Features that are asked for without a key."""
_FORM = {"form.newest", "form.capture", "form.pin"}
WHERE = {
    "ReportList": {
        "list.new", "list.map", "list.update", "list.template", "list.summary", "list.pack",
    },
    "ReportDetail": {
        "detail.edit", "detail.remark", "detail.update", "detail.copy", "detail.template",
        "detail.map", "detail.withdraw",
    },
    "ReportNew": {"form.submit", *_FORM},
    "ReportEdit": {"change.submit", *_FORM},
    "UpdatePage": {"update.submit", "update.newest", "update.capture"},
    "NearbyPage": {"nearby.remark"},
    "SyncPage": {"sync.edit"},
    "ShiftPage": {"shift.pager"},
    "PackPage": {"pack.begin"},
    "CopyPage": {"copy.send"},
    "EarlierVersions": {"versions.restore"},
    "VersionPage": {"versions.restore"},
}  # fmt: skip
"""By the name of the page, the keys there that do what can be switched off."""


def off(*features: str) -> Policy:
    return Policy(off=frozenset(features))


def sentence(feature: str) -> str:
    return str(FeatureOff(feature, FEATURES[feature]))


def asked(screen: Screen[Any]) -> dict[str, ActiveKey]:
    return {each.key.id: each for each in screen_keys(screen) if each.key.feature}


def has(screen: Screen[Any], key_id: str) -> bool:
    return key_id in asked(screen)


def lacks(screen: Screen[Any], key_id: str) -> bool:
    return not has(screen, key_id)


def test_every_feature_has_its_keys() -> None:
    assert {key.feature for key in OF_A_FEATURE.values()} == set(FEATURES) - KEYLESS
    assert set(OF_A_FEATURE) == set().union(*WHERE.values())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
async def test_a_key_of_what_is_switched_off_says_so_on_every_page(way: Way) -> None:
    async with arrived(way, size=(100, 40)) as (on, screen):
        assert set(asked(screen)) == WHERE.get(way.name, set())
        for key_id, active in asked(screen).items():
            feature = active.key.feature
            if isinstance(screen, Page) and screen.feature == feature:
                continue
            on.service.asks(off(feature))
            await until(partial(lacks, screen, key_id))
            await on.press(active.key.keys.split(",")[0])
            await on.reads(sentence(feature))
            assert on.app.screen is screen
            on.service.asks(NO_POLICY)
            await until(partial(has, screen, key_id))


@pytest.mark.parametrize(
    "name",
    [way.name for way in WAYS if way.name in {"MapPage", "PackPage", "ShiftPage", "PinPage"}],
)
async def test_a_page_of_what_is_switched_off_ends_and_the_page_below_says_why(name: str) -> None:
    async with arrived(BY_NAME[name], size=(100, 40)) as (on, screen):
        assert isinstance(screen, Page)
        on.service.asks(off(screen.feature))
        await until(lambda: on.app.screen is not screen)
        await on.reads(sentence(screen.feature))


async def test_a_page_below_ends_when_one_comes_back_to_it() -> None:
    async with stage(in_conflict()) as on:
        await on.press("m")
        await on.shows(MapPage)
        await on.press("f1")
        await on.shows(Help)
        on.service.asks(off("map"))
        await on.settle()
        await on.press("escape")
        await on.shows(ReportList)


async def test_the_help_tells_it_at_its_end_and_the_palette_not_at_all() -> None:
    service = in_conflict()
    service.asked = off("map")
    async with stage(service, size=(100, 80)) as on:
        assert "m map" not in on.lines[-1]
        await on.press("f1")
        await on.shows(Help)
        lines = [line.rstrip() for line in on.lines]
        head = next(at for at, line in enumerate(lines) if line.startswith("Switched off"))
        assert lines[head].endswith("by whoever runs the gateway")
        assert lines[head + 1].startswith("m  ")
        assert not any(line.startswith("m  ") for line in lines[:head])
        await on.press("escape", "ctrl+p")
        await on.shows(Palette)
        assert "The reports on the map" not in on.text
        assert "Write a new report" in on.text


async def test_what_was_chosen_in_the_palette_is_no_longer_done() -> None:
    async with stage(in_conflict()) as on:
        await on.press("ctrl+p", *"the reports on")
        await on.shows(Palette)
        on.service.asks(off("map"))
        await on.settle()
        await on.press("enter")
        await on.shows(ReportList)
        await on.reads(sentence("map"))


# --- places without a key ---


async def test_the_line_for_photos_takes_none_and_what_is_typed_is_saved() -> None:
    async with stage(FakeService(newest=taken_photo("new"))) as on:
        await on.press("n", *"hole", "f2")
        await on.reads("new.jpg")
        page = await on.shows(ReportNew)
        on.find(PathField).focus()
        await on.settle()
        await on.write("x.jp")
        on.service.asks(off("photos"))
        await on.reads(sentence("photos"))
        assert on.find(PathField).disabled
        assert page.focused is not None
        assert page.query_one(PhotoFields).list.photos
        await on.press("f3")
        assert not on.service.called("capture_photo")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        (draft,) = on.service.called("submit")
        assert getattr(draft, "photos", ())


async def test_the_line_for_photos_comes_back() -> None:
    async with stage(FakeService(asked=off("photos", "map"))) as on:
        await on.press("n")
        await on.shows(ReportNew)
        await on.reads(sentence("photos"))
        assert "F5 map" not in on.text
        on.service.asks(NO_POLICY)
        await until(lambda: not on.find(PathField).disabled)
        await on.reads("a file; F2 newest photo")
        await on.reads("F5 map")
        assert sentence("photos") not in on.text


async def test_no_geocoder_is_asked() -> None:
    service = in_conflict()
    service.asked = off("geocoder")
    service.geocoded = AddressProposal("1 Main St", AddressSource.GEOCODER)
    async with stage(service) as on:
        await on.press(*TO_PLACE)
        await on.reads("37.78")
        await on.settle()
        assert not service.called("ask_address")


async def test_the_map_beside_a_report_is_words() -> None:
    async with stage(in_conflict()) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await until(lambda: on.find(ChartView).display)
        on.service.asks(off("map"))
        await on.reads("The map: switched off")
        assert not any("The map" in line and "…" in line for line in on.lines)
        assert not on.find(ChartView).display
        assert "37.78" in on.find(MapView).words
        on.service.asks(NO_POLICY)
        await until(lambda: on.find(ChartView).display)


async def test_a_new_report_waits_as_a_draft() -> None:
    async with stage() as on:
        await on.press("n", *"hole")
        on.service.asks(off("new"))
        await on.settle()
        await on.press("ctrl+s")
        await on.reads(sentence("new"))
        await on.press("escape")
        await on.shows(ReportList)
        assert [draft.description for draft in on.service.reader.kept_drafts.values()] == ["hole"]
        assert not on.service.called("submit")
