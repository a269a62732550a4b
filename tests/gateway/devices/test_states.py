"""The operator's words for where a device stands, and their order."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.gateway.devices.disabled import Disabled
from civictui.gateway.devices.entries import Entry, Holdings
from civictui.gateway.devices.states import (
    DISABLED,
    IN_USE,
    LOST,
    SAFE,
    Standing,
    standings,
    words_of,
)

OFF = Disabled(since="2026-05-04T12:00:00.000Z")
BEFORE, THEN = (f"2026-05-04T1{hour}:00:00.000Z" for hour in "14")


def entry(device: str = "d1", holds: Holdings | None = None, told: str = "", **said: Any) -> Entry:
    return Entry(device=device, user="demo", holds=holds, told=told, **said)


def knowing(holds: Holdings | None, told: str, device: str = "d1", user: str = "demo") -> Entry:
    return replace(entry(device, holds, told), user=user, knew=True)


def state_of(known: Entry, disabled: Disabled | None) -> str:
    (standing,) = standings([known], {known.device: disabled} if disabled else {})
    assert standing.to_doc()["state"] == standing.state
    return standing.state


@pytest.mark.parametrize(
    ("known", "disabled", "state"),
    [
        (entry(), None, IN_USE),
        (entry(holds=Holdings(), told=THEN), None, IN_USE),
        (knowing(None, ""), OFF, DISABLED),
        (knowing(Holdings(), THEN), OFF, SAFE),
        (knowing(Holdings(), OFF.since), OFF, SAFE),
        # What it said before it knew: the person may have gone on.
        (knowing(Holdings(), BEFORE), OFF, DISABLED),
        (entry(holds=Holdings(), told=THEN), OFF, DISABLED),
        (knowing(Holdings(unsent_reports=1), THEN), OFF, DISABLED),
        (knowing(Holdings(unsent_photos=1), THEN), OFF, DISABLED),
        (knowing(Holdings(needs_attention=1), THEN), OFF, DISABLED),
        (knowing(Holdings(drafts=1), THEN), OFF, DISABLED),
        (knowing(None, ""), Disabled(since=OFF.since, lost=True), LOST),
        (knowing(Holdings(), THEN), Disabled(since=OFF.since, lost=True), SAFE),
        # Disabled a second time: what it said of the first one is of long ago.
        (knowing(Holdings(), THEN), Disabled(since="2026-06-01T00:00:00.000Z"), DISABLED),
    ],
)
def test_the_state(known: Entry, disabled: Disabled | None, state: str) -> None:
    assert state_of(known, disabled) == state


@pytest.mark.parametrize(
    ("other", "state"),
    [
        (knowing(Holdings(), THEN, user="asha"), SAFE),
        (knowing(Holdings(drafts=1), THEN, user="asha"), DISABLED),
        (replace(knowing(Holdings(), THEN, user="asha"), knew=False), DISABLED),
        (replace(entry(), user="asha"), DISABLED),
        (knowing(Holdings(drafts=1), THEN, device="d2"), SAFE),
    ],
)
def test_a_device_is_safe_when_nobody_has_anything_on_it(other: Entry, state: str) -> None:
    found = standings([knowing(Holdings(), THEN), other], {"d1": OFF})
    assert {standing.state for standing in found if standing.entry.device == "d1"} == {state}


def test_what_it_holds_is_of_a_time() -> None:
    assert Standing(entry()).holds == "has not said what it holds"
    assert Standing(entry(holds=Holdings(), told=THEN)).holds == f"held nothing at {THEN}"
    some = Holdings(unsent_reports=1, unsent_photos=2, needs_attention=1, drafts=1)
    assert words_of(some) == "1 report, 2 photos, 1 to see to, 1 draft"
    assert Standing(entry(holds=some, told=THEN)).holds == f"held {words_of(some)} at {THEN}"


def test_what_needs_the_operator_comes_first() -> None:
    found = standings(
        [
            entry("used", last=THEN),
            entry("silent", last=BEFORE),
            entry("stuck", Holdings(needs_attention=1), THEN, last=THEN),
            knowing(Holdings(), THEN),
            entry("waiting", last=THEN),
        ],
        {
            "d1": OFF,
            "waiting": OFF,
            "stolen": Disabled(since=OFF.since, lost=True),
        },
    )
    order = ["stolen", "waiting", "d1", "stuck", "silent", "used"]
    assert [standing.entry.device for standing in found] == order
    assert found[0].to_doc()["user"] == ""
    assert found[0].to_doc()["last"] is None
    assert found[0].to_doc()["disabled"]["lost"] is True
