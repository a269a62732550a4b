"""A day is packed, the gateway is gone, and everything that was packed is there."""

from pathlib import Path

import pytest

from tests.e2e.processes import Gateway, NewGateway, Terminal
from tests.e2e.screen import AppScreen, data_folder, has_half_blocks

pytestmark = pytest.mark.e2e

PLACE = "37.7793,-122.4193"
"""In the middle of the demo's map."""


@pytest.fixture
def gateway(new_gateway: NewGateway) -> Gateway:
    """A gateway of one's own, for it is stopped."""
    return new_gateway("gateway")


@pytest.fixture
def leak(gateway: Gateway, two: Terminal, photo: Path) -> str:
    """A report of somebody else with a photo, on the demo's map."""
    two.sync(gateway)
    key = two.new(description="Leak at the hydrant", at=PLACE, photo=str(photo))
    two.sync(gateway)
    return key


def pack(terminal: Terminal, gateway: Gateway, *more: str) -> dict[str, object]:
    order = ("--pack", "--near", PLACE, "--radius", "0.3", *more)
    answer = terminal.run("sync", "--server", gateway.server, *order)
    assert answer.code == 0, answer.err
    found: dict[str, object] = answer.json["pack"]
    return found


def test_what_was_packed_opens_without_a_link(gateway: Gateway, one: Terminal, leak: str) -> None:
    packed = pack(one, gateway)
    assert packed["thumbnails"] == packed["pictures"] == [1, 1]
    assert packed["tiles"] != [0, 0]
    assert (packed["step"], packed["share"], packed["lacking"]) == ("packed", 1.0, [])
    gateway.stop(kill=True)

    where = data_folder(one.folder)
    screen = AppScreen.start("--server", gateway.server, *where, COLORTERM="truecolor")
    screen.sign_in("demo")
    screen.wait_for("Reports 506", "offline")
    screen.press("/", "Leak at the hydrant", "Enter")
    screen.wait_for("Reports 1 of 506")
    screen.press("Enter")
    screen.wait_for("asha", "X this report", "OpenStreetMap")
    screen.wait_until(lambda: has_half_blocks(screen, range(8, 20), range(40)), "the picture")
    screen.press("m")
    screen.wait_for("© OpenStreetMap contributors", "Van Ness")
    screen.press("Esc", "Esc")
    screen.wait_for("Reports 1 of 506")
    screen.press("P")
    screen.wait_for("Pack my day", "Pictures", "1 of 1", "All of it is here.")
    screen.press("Enter")
    screen.wait_for("It ended early", "1 of 1")
    assert screen.leave() == 0


def test_a_day_is_packed_within_a_budget_the_nearest_first(
    gateway: Gateway, one: Terminal, leak: str
) -> None:
    packed = pack(one, gateway, "--megabytes", "0.03")
    lacking = packed["lacking"]
    assert packed["pictures"] == [1, 1], "pictures go before the map"
    assert isinstance(lacking, list)
    assert [(entry["step"], entry["why"]) for entry in lacking] == [("map", "over the budget")]
    assert isinstance(packed["bytes"], int)
    assert packed["bytes"] <= 30_000
    again = pack(one, gateway)
    assert again["lacking"] == []


def test_the_app_packs_and_says_what_came(gateway: Gateway, one: Terminal, leak: str) -> None:
    where = (*data_folder(one.folder), "--server", gateway.server)
    screen = AppScreen.start(*where, CIVICTUI_POSITION=PLACE, CIVICTUI_PACK_METERS="300")
    screen.sign_in("demo")
    screen.wait_for("Reports 506", "all sent")
    screen.press("P")
    screen.wait_for("Pack my day", "within 300 m of", "37.779300", "Nothing is packed yet")
    screen.press("Enter")
    screen.wait_for("100 %", "packed", "1 of 1", "All of it is here.")
    assert screen.leave() == 0


def test_what_cannot_be_packed_is_said(gateway: Gateway, one: Terminal) -> None:
    answer = one.run("sync", "--server", gateway.server, "--pack")
    assert (answer.code, answer.out) == (2, "")
    assert "no position is known" in answer.err
    answer = one.run("sync", "--server", gateway.server, "--near", PLACE)
    assert (answer.code, answer.out) == (2, "")
    assert "--pack" in answer.err
