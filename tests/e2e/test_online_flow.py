"""The online flow of the original pattern, a test a step: real gateway, real terminals.

All of it twice: on the gateway's own folder, and in front of CouchDB's protocol and an S3.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.behind import on_both
from tests.e2e.processes import PASSWORD, Gateway, NewGateway, Terminal
from tests.e2e.screen import COLUMNS, AppScreen, data_folder, has_half_blocks

pytestmark = [pytest.mark.e2e, on_both]


@pytest.fixture
def app(gateway: Gateway, tmp_path: Path) -> Iterator[AppScreen]:
    """A terminal on which nobody has worked yet, at its login screen."""
    screen = AppScreen.start("--server", gateway.server, *data_folder(tmp_path / "terminal"))
    yield screen
    if screen.status is None:
        screen.kill()


def test_credentials_go_to_the_gateway_and_open_a_store_of_that_user(
    app: AppScreen, tmp_path: Path
) -> None:
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent", "demo")
    assert app.leave() == 0
    assert Terminal(tmp_path / "terminal").run("list", "--limit", "1").code == 0


def test_wrong_credentials_answer_with_the_attempts_left_then_a_block(
    new_gateway: NewGateway, tmp_path: Path
) -> None:
    gateway = new_gateway("gateway")
    screen = AppScreen.start("--server", gateway.server, *data_folder(tmp_path / "terminal"))
    screen.sign_in("demo", "wrong password")
    screen.wait_for("2 attempts are left")
    screen.press("wrong password", "Enter")
    screen.wait_for("1 attempt is left")
    screen.press("wrong password", "Enter")
    screen.wait_for("No attempts are left")
    screen.press(PASSWORD, "Enter")
    screen.wait_for("Too many wrong attempts", "Try again in")
    assert screen.leave() == 0
    assert not list((tmp_path / "terminal" / "u").iterdir())


def test_the_first_sync_brings_all_reports(gateway: Gateway, one: Terminal) -> None:
    assert one.sync(gateway)["pulled"] >= 505
    assert {document["_id"] for document in one.list()} == gateway.reports().keys()


def test_a_picture_is_401_without_the_sessions_token_and_200_with_it(gateway: Gateway) -> None:
    with gateway.session() as session:
        path = "/v1/objects/20171125_152218.jpg"
        found = session.get(path)
        assert found.status_code == 200
        assert found.content.startswith(b"\xff\xd8\xff")
        assert found.headers["etag"].strip('"') == hashlib.sha256(found.content).hexdigest()
        del session.headers["Authorization"]
        assert session.get(path).status_code == 401
        assert session.get(path, headers={"Authorization": "Bearer x"}).status_code == 401


def test_the_list_shows_thumbnails(app: AppScreen) -> None:
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent")
    app.press("/", "Hosakote", "Enter")
    app.wait_for("Garbage dumped near water tank")
    app.wait_until(lambda: has_half_blocks(app, range(1, 4), range(2, 12)), "a thumbnail")


def test_a_row_opens_its_detail_with_picture_and_map(app: AppScreen) -> None:
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent")
    app.press("/", "near water tank", "Enter")
    app.wait_for("Reports 1")
    app.press("Enter")
    app.wait_for("Garbage dumped near water tank", "J.C. Circle", "13.075110, 77.786792")
    app.wait_until(lambda: has_half_blocks(app, range(8, 20), range(40)), "the picture")
    app.wait_for("X this report", "├")


def test_a_new_report_is_sent_by_itself_and_another_user_sees_it(
    gateway: Gateway, app: AppScreen, two: Terminal, photo: Path
) -> None:
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent")
    app.press("n")
    app.wait_for("New report")
    app.press("Lamp out near the school", "Tab", "light", "Tab", str(photo), "Tab")
    app.wait_for("photo taken in", "13.076389, 77.789722, from the photo")
    app.press("Tab", "12 Market Road", "C-s")
    app.wait_for("Reports 506", "Lamp out near the school", "12 Market Road", "all sent", "sent ·")

    found = gateway.reports("asha").values()
    (document,) = (doc for doc in found if doc.get("address") == "12 Market Road")
    assert document["reportedBy"] == "demo"
    assert document["problemDescription"] == "Lamp out near the school"
    with gateway.session("asha") as session:
        for key in document["picture"].values():
            content = session.get(f"/v1/objects/{key}").content
            assert hashlib.sha256(content).hexdigest() + ".jpg" == key

    two.sync(gateway)
    assert two.run("show", document["_id"], "--picture", str(two.folder / "p.jpg")).code == 0
    screen = AppScreen.start("--server", gateway.server, *data_folder(two.folder))
    screen.sign_in("asha")
    screen.wait_for("Lamp out near the school", "all sent")
    screen.press("/", "Lamp out near", "Enter", "Enter")
    screen.wait_for("by demo", "12 Market Road")
    screen.wait_until(lambda: has_half_blocks(screen, range(8, 20), range(40)), "the picture")
    screen.wait_for("X this report")
    assert screen.text.count("X this report") == 1
    assert max(len(line) for line in screen.lines) <= COLUMNS
    screen.press("q")
    assert screen.wait_for_end() == 0
