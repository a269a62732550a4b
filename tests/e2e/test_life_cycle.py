"""What an operator asks of terminals: real gateway, real programs, with the link and without it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Protocol

import httpx
import pytest

import civictui
from civictui.domain.model import now_text
from tests.e2e.processes import PASSWORD, PROGRAM, Gateway, NewGateway, Terminal
from tests.e2e.screen import AppScreen, data_folder
from tests.gateway.peer import Device, SealedStore

pytestmark = pytest.mark.e2e

DISABLED = f"""
disabled_versions = ["{civictui.__version__}"]
disabled_message = "Get the new one from the depot."
"""
NOTICE = "Servers are renewed on Saturday."
WAITING = ("First", "Second", "Third")
READING = (
    "/db/civic/_all_docs?include_docs=true",
    "/db/civic/_changes?include_docs=true",
    "/v1/objects/20171125_152218.jpg",
)
_IN_DAYS = """
import runpy, sys
from datetime import timedelta
import civictui.clock as clock
now = clock.SystemClock.now
ahead = timedelta(days=int(sys.argv.pop(1)))
clock.SystemClock.now = lambda self: now(self) + ahead
runpy.run_module("civictui", run_name="__main__")
"""
"""The program on a terminal whose clock is so many days ahead."""


class Opens(Protocol):
    """Begins the app on a terminal, so many days from now; it ends with the test."""

    def __call__(self, terminal: Terminal, *, days: int = 0) -> AppScreen: ...


@pytest.fixture
def gateway(new_gateway: NewGateway) -> Gateway:
    """A gateway of one's own: what it asks is changed."""
    return new_gateway("gateway")


@pytest.fixture
def opens(gateway: Gateway) -> Iterator[Opens]:
    with ExitStack() as ending:

        def begin(terminal: Terminal, *, days: int = 0) -> AppScreen:
            where = ("--server", gateway.server, *data_folder(terminal.folder))
            if days:
                screen = AppScreen.run([sys.executable, "-c", _IN_DAYS, str(days), *where])
            else:
                screen = AppScreen.start(*where)
            ending.callback(lambda: screen.kill() if screen.status is None else None)
            return screen

        yield begin


def operate(gateway: Gateway, *words: str) -> str:
    """What an operator types beside the running gateway."""
    command = [*PROGRAM, "serve", *words, f"--data-dir={gateway.folder / 'gateway'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(gateway: Gateway, policy: str) -> None:
    """Put a policy in force."""
    path = gateway.folder / "policy.toml"
    path.write_text(policy, encoding="utf-8")
    operate(gateway, "policy", str(path))


def has(gateway: Gateway, *words: str) -> bool:
    said = {doc.get("problemDescription") for doc in gateway.reports("asha").values()}
    return said.issuperset(words)


def leave_unsent(screen: AppScreen) -> None:
    screen.press("C-q")
    screen.wait_for("Not sent yet")
    screen.press("Right", "Enter")
    assert screen.wait_for_end() == 0


def in_the_app(screen: AppScreen, *descriptions: str) -> None:
    """Write reports, one after the other."""
    for words in descriptions:
        screen.press("n")
        screen.wait_for("New report")
        screen.press(words)
        screen.wait_for(words)
        screen.press("C-s")
        screen.wait_for("Reports ", words)


# --- a version that is disabled ---


def test_a_disabled_version_delivers_three_reports_and_is_then_refused_reading(
    gateway: Gateway, one: Terminal, opens: Opens
) -> None:
    one.sync(gateway)
    gateway.stop()
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("Reports 505", "offline")
    in_the_app(app, *WAITING)
    app.press("n")
    app.wait_for("New report")
    app.press("Not finished")
    app.wait_for("Not finished")

    ask(gateway, DISABLED)
    gateway.start()
    app.wait_for("This version of civictui is disabled", "Get the new one from the depot.")
    app.wait_for("Everything that was saved here has been sent")
    assert "First" not in app.text
    assert has(gateway, *WAITING)
    assert_refused_reading(gateway, "version_disabled")
    assert app.leave() == 0

    gateway.stop()
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("This version of civictui is disabled", "Get the new one from the depot.")
    gateway.start()
    ask(gateway, "")
    app.press("r")
    app.wait_for("New report", "Not finished")
    app.press("Esc")
    app.wait_for("Reports 508", "1 draft")


def assert_refused_reading(gateway: Gateway, code: str, device: str = "another") -> None:
    """Signed in as this device, and renewed, the civictui of this version is told of no report."""
    peer = Device(device)
    who = {**peer.fields, "version": civictui.__version__}
    body = {"username": "demo", "password": PASSWORD, "device": who}
    with httpx.Client(base_url=gateway.server, trust_env=False) as client:
        signed_in = client.post("/v1/session", json=body).raise_for_status().json()
        assert_tells_nothing(client, signed_in["access_token"], code)
        renewal = peer.renewal(signed_in["refresh_token"], now_text(datetime.now(UTC)))
        renewed = client.post("/v1/session/refresh", json=renewal).raise_for_status().json()
        assert_tells_nothing(client, renewed["access_token"], code)
        if code == "device_disabled":
            appeal = SealedStore(signed_in).appeal(PASSWORD, device=who)
            refused = client.post("/v1/recover", json=appeal)
            assert (refused.status_code, refused.json()["error"]) == (403, code)


def assert_tells_nothing(client: httpx.Client, token: str, code: str) -> None:
    for path in READING:
        refused = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert (refused.status_code, refused.json()["error"]) == (403, code), path


# --- a lost device ---


def test_a_lost_device_gets_no_data_and_delivers(
    gateway: Gateway, one: Terminal, two: Terminal, opens: Opens
) -> None:
    one.sync(gateway)
    shown = device_of(one)
    one.new(description="Made before it was lost")
    operate(gateway, "disable-device", shown, "--lost")
    two.sync(gateway)
    two.new(description="Not for the finder")
    two.sync(gateway)

    one.run("sync", "--server", gateway.server)
    assert has(gateway, "Made before it was lost")
    known = {entry["device"] for entry in json.loads(operate(gateway, "devices", "--json"))}
    (device,) = (device for device in known if device.startswith(shown))
    assert_refused_reading(gateway, "device_disabled", device)
    assert one.run("list").code == 22
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("This terminal is disabled", "Everything that was saved here has been sent")
    app.wait_for("Link      disabled", "Bytes     sent")  # what it may doubt, it has offered anew
    assert app.leave() == 0

    gateway.stop()
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("This terminal is disabled")
    gateway.start()
    operate(gateway, "enable-device", device)
    app.press("r")
    app.wait_for("Reports 507", "Not for the finder")


def device_of(terminal: Terminal) -> str:
    """The id that its own page of the sync shows the beginning of."""
    screen = AppScreen.start(*data_folder(terminal.folder))
    screen.sign_in("demo")
    screen.wait_for("Reports ")
    screen.press("S")
    screen.wait_for("Synchronising")
    screen.press("End")
    screen.wait_for(", device ")
    (line,) = (line for line in screen.lines if ", device " in line)
    assert screen.leave() == 0
    return line.rpartition(" ")[2]


# --- notices ---


def test_a_notice_is_on_the_page_for_signing_in_and_is_kept_for_the_time_without_a_link(
    gateway: Gateway, one: Terminal, opens: Opens
) -> None:
    ask(gateway, f'message = "{NOTICE}"')
    app = opens(one)
    app.wait_for(f"Notice: {NOTICE}")
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent")
    assert app.leave() == 0

    gateway.stop()
    app = opens(one)
    app.wait_for(f"Notice: {NOTICE}")
    gateway.start()
    ask(gateway, "")
    app.sign_in("demo")
    app.wait_for("Reports 505")
    app.press("F12")
    app.wait_for("Password")
    app.wait_until(lambda: "Notice" not in app.text, "a page without a notice")


# --- features ---


def test_photos_are_switched_off_also_without_a_link_and_on_again(
    gateway: Gateway, one: Terminal, opens: Opens
) -> None:
    off = '[[feature]]\nname = "photos"\non = false\n'
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("Reports 505", "all sent")
    app.press("n")
    app.wait_for("New report", "F2 newest photo")
    renew(gateway, off)
    app.wait_for("Adding photos: switched off by whoever runs the gateway")
    assert "newest photo" not in app.text
    app.press("Esc")
    app.wait_for("Reports 505")
    assert app.leave() == 0

    gateway.stop()
    app = opens(one)
    app.sign_in("demo")
    app.wait_for("Reports 505", "offline")
    app.press("n")
    app.wait_for("New report", "Adding photos: switched off")
    renew(gateway, "")
    app.wait_for("F2 newest photo")


def renew(gateway: Gateway, policy: str) -> None:
    """Put a policy in force while nobody is served: sessions are renewed after that."""
    gateway.stop()
    ask(gateway, policy)
    gateway.start()


# --- days without the gateway ---


def test_a_clock_far_ahead_is_refused_without_a_link_and_a_sign_in_with_one_opens_it(
    gateway: Gateway, one: Terminal, opens: Opens
) -> None:
    ask(gateway, "offline_days = 14")
    one.sync(gateway)
    one.new(description="Waits for the link")
    gateway.stop()

    app = opens(one, days=10)
    app.sign_in("demo")
    app.wait_for("Reports 506")
    leave_unsent(app)

    app = opens(one, days=30)
    app.sign_in("demo")
    app.wait_for("has not heard from its gateway for 30 days", "1 reports or photos wait here")
    assert "Reports" not in app.text.partition("\n")[0]
    gateway.start()
    app.press(PASSWORD, "Enter")
    app.wait_for("Reports 506", "Waits for the link", "all sent")
    assert has(gateway, "Waits for the link")
    assert app.leave() == 0
