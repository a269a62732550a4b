"""How the place and the address of a report came to be known, as its document says it."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.model import AddressSource, LocationSource
from civictui.service import new_draft
from tests.site import PASSWORD, Terminal

MEASURED = "2026-11-23T10:00:00Z"


async def submitted(one: Terminal, **fields: Any) -> str:
    await one.service.sign_in("demo", PASSWORD)
    draft = new_draft(one.clock, description="Lamp out", place="40.5, -73.9")
    return await one.service.submit(replace(draft, **fields))


async def located(one: Terminal, **fields: Any) -> dict[str, Any]:
    key = await submitted(one, **fields)
    location = (await one.service.reader.document(key))["location"]
    assert isinstance(location, dict)
    return location


async def test_a_fix_says_how_good_it_is_and_when_it_was_measured(one: Terminal) -> None:
    fix = {"place_source": LocationSource.GPS, "place_accuracy": 6.5, "place_at": MEASURED}
    assert await located(one, **fix) == {"source": "gps", "accuracy": 6.5, "at": MEASURED}


@pytest.mark.parametrize("source", ["typed", "map", "photo"])
async def test_what_was_not_measured_has_the_time_of_the_report(one: Terminal, source: str) -> None:
    location = await located(one, place_source=source)
    assert location["source"] == source
    assert location["at"].endswith("Z")
    assert "accuracy" not in location


async def test_an_edit_of_something_else_keeps_the_location(one: Terminal) -> None:
    key = await submitted(one, place_source="gps", place_accuracy=6.5, place_at=MEASURED)
    before = (await one.service.reader.document(key))["location"]
    draft = await one.service.begin_edit(key)
    assert (draft.place_source, draft.place_accuracy, draft.place_at) == ("gps", 6.5, MEASURED)
    await one.service.submit(replace(draft, description="Lamp out again"))
    assert (await one.service.reader.document(key))["location"] == before


async def test_an_edit_of_the_place_says_where_the_new_one_comes_from(one: Terminal) -> None:
    key = await submitted(one, place_source="gps", place_accuracy=6.5, place_at=MEASURED)
    draft = await one.service.begin_edit(key)
    moved = replace(
        draft, place="40.6, -73.9", place_source="map", place_accuracy=None, place_at=""
    )
    await one.service.submit(moved)
    location = (await one.service.reader.document(key))["location"]
    assert location["source"] == "map"
    assert "accuracy" not in location


@pytest.mark.parametrize(
    ("said", "source"),
    [("", "typed"), (AddressSource.GEOCODER, "geocoder"), (AddressSource.OFFLINE, "offline")],
)
async def test_an_address_says_who_proposed_it(one: Terminal, said: str, source: str) -> None:
    key = await submitted(one, address="1 Main St", address_source=said)
    assert (await one.service.reader.document(key))["addressSource"] == source
    draft = await one.service.begin_edit(key)
    await one.service.submit(replace(draft, address="2 Main St"))
    assert (await one.service.reader.document(key))["addressSource"] == "typed"
