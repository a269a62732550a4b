"""The audit log: it only grows, two processes write it by turns, damage is said."""

import stat

import pytest

from civictui.domain.errors import StoreError, UsageError
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from tests.conftest import MovableClock
from tests.gateway.test_server import forms


def outcomes(audit: Audit) -> list[str]:
    return [line["outcome"] for line in audit.lines()[0] if line["action"] == "test"]


def test_a_line_says_when_what_who_where_and_how(audit: Audit, clock: MovableClock) -> None:
    clock.move(0.5)
    audit.note("recover", "Zo\u00eb", "terminal-1", "not_yours")
    assert audit.lines()[0][-1] == {
        "time": "2026-05-04T12:00:00.500Z",
        "action": "recover",
        "user": "Zo\u00eb",
        "device": "terminal-1",
        "outcome": "not_yours",
    }


def test_adding_a_user_is_noted(audit: Audit) -> None:
    lines, damaged = audit.lines()
    assert not damaged
    assert [(line["action"], line["user"], line["device"]) for line in lines] == [
        ("add-user", "demo", "command line"),
        ("add-user", "asha", "command line"),
    ]


def test_two_processes_write_by_turns(
    audit: Audit, folder: GatewayFolder, clock: MovableClock
) -> None:
    other = Audit(folder, clock)
    for i in range(6):
        (audit, other)[i % 2].note("test", "", "", str(i))
        (audit, other)[i // 3].note("test", "", "", f"{i} again")
    expected = [text for i in range(6) for text in (str(i), f"{i} again")]
    assert outcomes(audit) == outcomes(other) == expected
    assert not audit.lines()[1]
    other.close()


def test_a_folder_without_one_has_no_lines(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = GatewayFolder.open(tmp_path_factory.mktemp("new") / "gateway", 0)
    assert Audit(folder, MovableClock()).lines() == ([], False)


def test_what_is_done_is_noted_before_it_is_done(audit: Audit) -> None:
    with audit.doing("test"):
        assert outcomes(audit) == ["done"]
    with pytest.raises(UsageError), audit.doing("test"):
        raise UsageError("no")
    assert outcomes(audit) == ["done", "done", "failed"]


def test_what_cannot_be_noted_is_not_done(audit: Audit, folder: GatewayFolder) -> None:
    (folder.path / "audit.lock").unlink()
    (folder.path / "audit.lock").symlink_to("elsewhere")
    done = False
    with pytest.raises(StoreError), audit.doing("test"):
        done = True
    assert not done


def test_a_torn_line_is_cut_and_the_next_one_stands(audit: Audit, folder: GatewayFolder) -> None:
    audit.note("test", "", "", "one")
    path = folder.path / "audit" / "log.0"
    path.write_bytes(path.read_bytes() + b"CVR1 torn")
    audit.note("test", "", "", "two")
    assert outcomes(audit) == ["one", "two"]
    assert not audit.lines()[1]


def test_a_damaged_line_is_said_and_the_others_stay(audit: Audit, folder: GatewayFolder) -> None:
    for i in range(5):
        audit.note("test", "", "", str(i))
    path = folder.path / "audit" / "log.0"
    content = bytearray(path.read_bytes())
    content[content.rindex(b"CVR1", 0, content.rindex(b"CVR1")) + 40] ^= 1  # in the last but one
    path.write_bytes(content)
    assert outcomes(audit) == ["0", "1", "2", "4"]
    assert audit.lines()[1]
    audit.note("test", "", "", "5")
    assert outcomes(audit) == ["0", "1", "2", "4", "5"]


def test_nothing_of_it_is_readable(audit: Audit, folder: GatewayFolder) -> None:
    audit.note("canary-deed", "canary-user", "canary-device", "canary-outcome")
    for path in (folder.path / "audit").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        content = path.read_bytes() if path.is_file() else b""
        for word in ("canary", "demo", "add-user", "outcome"):
            assert not any(form in content for form in forms(word))
