"""The file of disabled devices, written by one process and read by another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.gateway.devices import disabled
from civictui.gateway.devices.barred import DELIVERING, delivers
from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.folder import GatewayFolder

NOW = "2026-05-04T12:00:00.000Z"
LATER = "2026-05-05T12:00:00.000Z"


def test_what_another_process_wrote_is_obeyed(folder: GatewayFolder) -> None:
    running, typed = DisabledDevices(folder), DisabledDevices(folder)
    assert not running.has("d1")
    typed.disable("d1", Disabled(since=NOW, by="root", why="left the\ncity", lost=True))
    assert running.has("d1")
    assert running.all()["d1"] == Disabled(since=NOW, by="root", why="left the city", lost=True)
    assert not running.has("d")
    typed.enable("d1")
    assert not running.has("d1")


def test_one_that_is_disabled_again_stays_disabled_since_it_was(folder: GatewayFolder) -> None:
    devices = DisabledDevices(folder)
    devices.disable("d1", Disabled(since=NOW, by="root", why="old"))
    devices.disable("d1", Disabled(since=LATER, by="asha", lost=True))
    assert devices.all()["d1"] == Disabled(since=NOW, by="asha", why="old", lost=True)


def test_what_is_not_disabled_cannot_be_enabled(folder: GatewayFolder) -> None:
    with pytest.raises(UsageError, match="not disabled"):
        DisabledDevices(folder).enable("d1")


def test_they_are_bounded(folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disabled, "MOST", 1)
    devices = DisabledDevices(folder)
    devices.disable("d1", Disabled(since=NOW))
    devices.disable("d1", Disabled(since=NOW, lost=True))
    with pytest.raises(UsageError, match="1 devices"):
        devices.disable("d2", Disabled(since=NOW))


def test_a_damaged_file_lets_nobody_in_unseen(folder: GatewayFolder) -> None:
    devices = DisabledDevices(folder)
    devices.disable("d1", Disabled(since=NOW))
    (folder.path / "devices-disabled").write_bytes(b"other bytes")
    with pytest.raises(StoreDamaged):
        devices.has("d1")


def test_no_id_lies_there_in_clear(folder: GatewayFolder) -> None:
    DisabledDevices(folder).disable("terminal-1", Disabled(since=NOW, why="stolen"))
    written = (folder.path / "devices-disabled").read_bytes()
    assert b"terminal" not in written
    assert b"stolen" not in written


@given(st.sampled_from(DELIVERING), st.text(min_size=1).filter(lambda name: "/" not in name))
def test_all_that_is_left_to_the_barred_is_named(asked: tuple[str, str], name: str) -> None:
    method, template = asked
    path = template.replace("{name}", name).replace("{rest}", "a/b")
    assert delivers(method, path)
    assert not delivers("OPTIONS", path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/db/civic/_changes"),
        ("POST", "/db/civic/_bulk_get"),
        ("GET", "/db/civic/_local/"),
        ("GET", "/v1/objects/a.jpg"),
        ("HEAD", "/v1/objects/a/b"),
        ("GET", "/v1/uploads/x"),
        ("HEAD", "/db/civic/r1"),
        ("POST", "/v1/whatever"),
    ],
)
def test_all_else_is_closed(method: str, path: str) -> None:
    assert not delivers(method, path)
