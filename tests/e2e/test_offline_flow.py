"""The offline flow of the original pattern, a test a step: the gateway is really gone.

All of it twice: on the gateway's own folder, and in front of CouchDB's protocol and an S3.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.behind import on_both
from tests.e2e.processes import PASSWORD, Gateway, NewGateway, Terminal
from tests.e2e.screen import AppScreen, data_folder, has_half_blocks

pytestmark = [pytest.mark.e2e, on_both]


@pytest.fixture
def gateway(new_gateway: NewGateway) -> Gateway:
    """A gateway of one's own, for it is stopped and started."""
    return new_gateway("gateway")


@pytest.fixture
def offline(gateway: Gateway, one: Terminal) -> Iterator[AppScreen]:
    """A terminal that has synchronised once, in front of a gateway that is gone."""
    one.sync(gateway)
    gateway.stop(kill=True)
    screen = AppScreen.start("--server", gateway.server, *data_folder(one.folder))
    yield screen
    if screen.status is None:
        screen.kill()


def test_the_password_alone_opens_the_store_and_a_wrong_one_harms_nothing(
    offline: AppScreen,
) -> None:
    offline.sign_in("demo", "not the password")
    offline.wait_for("does not open the store")
    offline.press(PASSWORD, "Enter")
    offline.wait_for("Reports 505", "offline", "proved")


def test_a_user_never_seen_here_is_told_to_sign_in_online_once(offline: AppScreen) -> None:
    offline.sign_in("asha")
    offline.wait_for("no store on this terminal", "Sign in once")


def test_list_details_pictures_and_map_are_there(offline: AppScreen) -> None:
    offline.sign_in("demo")
    offline.wait_for("Reports 505")
    offline.press("/", "near water tank", "Enter")
    offline.wait_for("Reports 1")
    offline.wait_until(lambda: has_half_blocks(offline, range(1, 4), range(2, 12)), "a thumbnail")
    offline.press("Enter")
    offline.wait_for("J.C. Circle", "13.075110, 77.786792", "X this report")
    offline.wait_until(lambda: has_half_blocks(offline, range(8, 20), range(40)), "the picture")


def test_what_is_made_offline_goes_up_by_itself_when_the_gateway_is_back(
    gateway: Gateway, offline: AppScreen, two: Terminal, photo: Path
) -> None:
    offline.sign_in("demo")
    offline.wait_for("Reports 505", "offline")
    offline.press("n")
    offline.wait_for("New report")
    offline.press("Water leaks beside the road", "Tab", "leak", "Tab", str(photo), "Tab")
    offline.wait_for("photo taken in")
    offline.press("C-s")
    offline.wait_for("Reports 506", "Water leaks", "not sent ·", "1 report, 1 photo", "offline")
    assert "all sent" not in offline.text

    gateway.start()
    offline.wait_for("online", "all sent", "sent ·")
    assert offline.leave() == 0

    two.sync(gateway)
    (document,) = two.list("--search", "Water leaks beside")
    assert document["reportedBy"] == "demo"
    one = Terminal(two.folder.parent / "one")
    pictures = []
    for terminal in (one, two):
        path = terminal.folder / "picture.jpg"
        assert terminal.run("show", document["_id"], "--picture", str(path)).code == 0
        pictures.append(path.read_bytes())
    assert pictures[0] == pictures[1]


def test_a_report_saved_offline_survives_a_kill(offline: AppScreen, one: Terminal) -> None:
    offline.sign_in("demo")
    offline.wait_for("Reports 505")
    offline.press("n")
    offline.wait_for("New report")
    offline.press("Saved before the kill", "C-s")
    offline.wait_for("Reports 506", "not sent ·")
    offline.kill()
    (document,) = one.list("--search", "Saved before the kill")
    assert document["_sync"] == "queued"


def test_in_mid_session_an_ended_token_is_renewed_unseen(
    new_gateway: NewGateway, one: Terminal
) -> None:
    gateway = new_gateway("short", "--access-seconds=1")
    screen = AppScreen.start("--server", gateway.server, *data_folder(one.folder))
    screen.sign_in("demo")
    screen.wait_for("Reports 505", "all sent")
    for number in range(3):
        screen.press("n")
        screen.wait_for("New report")
        screen.press(f"Report number {number}", "C-s")
        screen.wait_for(f"Reports {506 + number}", f"Report number {number}", "all sent")
    assert "sign in" not in screen.text
    assert screen.leave() == 0


def test_in_mid_session_the_password_is_asked_for_and_typed_work_stays(
    new_gateway: NewGateway, tmp_path: Path, one: Terminal
) -> None:
    gateway = new_gateway("short", "--access-seconds=1")
    screen = AppScreen.start("--server", gateway.server, *data_folder(one.folder))
    screen.sign_in("demo")
    screen.wait_for("Reports 505", "all sent")
    screen.press("n")
    screen.wait_for("New report")
    screen.press("Half a sentence")
    screen.wait_for("Half a sentence")
    gateway.stop()
    shutil.rmtree(tmp_path / "short" / "gateway" / "sessions")
    gateway.start()
    screen.wait_for("demo", "Password")
    screen.press(PASSWORD, "Enter")
    screen.wait_for("Half a sentence", "online")
    screen.press(" and the rest", "C-s")
    screen.wait_for("Reports 506", "Half a sentence and the rest", "all sent")
    assert screen.leave() == 0
