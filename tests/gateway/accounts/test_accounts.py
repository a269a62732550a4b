"""Users: their names, their passwords, and two processes at one file."""

import subprocess
import sys
from dataclasses import replace

import pytest

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.gateway.accounts.accounts import Accounts, Changes
from civictui.gateway.accounts.passwords import CHEAP, STANDARD, PasswordHash
from civictui.gateway.area import Area
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.viewer import Viewer
from tests.gateway.peer import PASSWORD


@pytest.fixture
def accounts(folder: GatewayFolder) -> Accounts:
    return Accounts(folder, CHEAP)


def test_a_user_is_found_under_the_name_in_nfc(accounts: Accounts) -> None:
    added = accounts.add("Zoe\u0308", PASSWORD, "Zo\u00eb \u001b[31mZ.")
    assert added.name == "Zo\u00eb"
    assert added.display_name == "Zo\u00eb Z."
    for spelled in ("Zo\u00eb", "Zoe\u0308"):
        assert accounts.find(spelled) == added
    assert accounts.find("zo\u00eb") is None


def test_another_process_sees_the_new_user(accounts: Accounts, folder: GatewayFolder) -> None:
    other = Accounts(folder, CHEAP)
    assert other.find("ravi") is None
    accounts.add("ravi", PASSWORD)
    other.add("mira", PASSWORD)
    assert all(other.find(name) for name in ("demo", "asha", "ravi", "mira"))
    assert accounts.find("mira")


@pytest.mark.parametrize(
    "name",
    ["", "x" * 65, "a\nb", "a\u001b[31m", "a\u200bb", "a\u202eb", " demo2", "demo2 ", "\ud800"],
)
def test_names_that_will_not_do(accounts: Accounts, name: str) -> None:
    with pytest.raises(UsageError):
        accounts.add(name, PASSWORD)


@pytest.mark.parametrize("name", ["demo", "Demo", "DEMO"])
def test_a_twin_by_case_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(UsageError, match="There is a user demo"):
        accounts.add(name, PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["", "elevenchars", "abababababababab", "aaaaaaaaaaaaaaaaaaa", "ravi12345678", "x" * 1025],
)
def test_passwords_that_are_guessed_too_soon(accounts: Accounts, password: str) -> None:
    with pytest.raises(UsageError):
        accounts.add("ravi", password)
    assert accounts.find("ravi") is None


def test_a_demo_may_have_a_weak_one(accounts: Accounts) -> None:
    assert accounts.add("ravi", "demo", weak_allowed=True).password.matches("demo")


def test_twelve_characters_are_enough_and_blanks_count(accounts: Accounts) -> None:
    stored = accounts.add("ravi", "  tw\u00e9lve ch  ").password
    assert stored.matches("  twe\u0301lve ch  ")
    assert not stored.matches("tw\u00e9lve ch")


def test_a_damaged_file_is_not_taken_for_an_empty_one(
    accounts: Accounts, folder: GatewayFolder
) -> None:
    path = folder.path / "accounts"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreDamaged):
        accounts.add("ravi", PASSWORD)


def test_an_account_of_an_earlier_version_still_opens(folder: GatewayFolder) -> None:
    accounts = Accounts(folder, CHEAP)
    password = PasswordHash.of(PASSWORD, CHEAP)
    earlier = {"display_name": "Old Hand", "roles": [], "password": password.to_doc()}
    accounts._file.write({"v": 1, "users": {"old": earlier}})
    account = accounts.find("old")
    assert account
    assert account.enabled
    assert account.password == password
    assert account.viewer == Viewer("old", frozenset({"technician"}), None)
    assert Accounts(folder).change("old", Changes(display_name="Older Hand")).enabled
    assert accounts.find("old") != account


def test_what_an_account_may_have_is_kept(folder: GatewayFolder) -> None:
    roles, area = {"supervisor", "technician"}, Area.box(-123, 37, -122, 38)
    added = Accounts(folder, CHEAP).add("ravi", PASSWORD, "Ravi", roles=roles, area=area)
    assert Accounts(folder).find("ravi") == added
    assert added.viewer == Viewer("ravi", frozenset(roles), area)


@pytest.mark.parametrize("roles", [(), ("boss",), ("technician", "_admin")])
def test_a_role_that_there_is_not(accounts: Accounts, roles: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="technician, supervisor, admin"):
        accounts.add("ravi", PASSWORD, roles=roles)
    with pytest.raises(UsageError):
        accounts.change("demo", Changes(roles=frozenset(roles)))


def test_only_what_is_named_changes(accounts: Accounts) -> None:
    area = Area.box(0, 0, 1, 1)
    before = accounts.find("demo")
    assert before
    assert accounts.change("demo", Changes(area=area)) == replace(before, area=area)
    raised = accounts.change("demo", Changes(roles=frozenset({"admin"})))
    assert raised == replace(before, area=area, roles=frozenset({"admin"}))
    assert accounts.change("demo", Changes(no_area=True)).area is None
    with pytest.raises(UsageError, match="no user nobody"):
        accounts.change("nobody", Changes())


def test_a_session_is_marked_by_its_account(accounts: Accounts) -> None:
    """What ends sessions gives another mark each time; what changes rights alone does not."""
    marks = [_mark(accounts)]
    for enabled in (False, True):
        accounts.enable("demo", enabled)
        marks.append(_mark(accounts))
    accounts.set_password("demo", PasswordHash.of(PASSWORD, CHEAP))
    marks.append(_mark(accounts))
    accounts.change("demo", Changes(roles=frozenset({"admin"})))
    assert len(set(marks)) == len(marks)
    assert _mark(accounts) == marks[-1]


def _mark(accounts: Accounts) -> str:
    account = accounts.find("demo")
    assert account
    return account.mark


_ADDING = """
import sys
from pathlib import Path
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
accounts = Accounts(GatewayFolder.open(Path(sys.argv[1]), 0), CHEAP)
for number in range(10):
    accounts.add(f"{sys.argv[2]}{number}", "a pass of words")
    accounts.enable("demo", number % 2 == 0)
"""


def test_two_processes_lose_nothing_of_each_other(folder: GatewayFolder) -> None:
    begun = [
        subprocess.Popen([sys.executable, "-c", _ADDING, str(folder.path), name])
        for name in ("left", "right")
    ]
    reader = Accounts(folder)
    while any(process.poll() is None for process in begun):
        assert reader.find("asha")  # whole at every moment
    assert [process.returncode for process in begun] == [0, 0]
    names = {f"{side}{number}" for side in ("left", "right") for number in range(10)}
    assert reader.all().keys() == names | {"demo", "asha"}


def test_the_standard_cost_is_what_new_hashes_have() -> None:
    stored = PasswordHash.of(PASSWORD)
    assert stored.cost == STANDARD == (65536, 3, 4)
    assert PasswordHash.from_doc(stored.to_doc()) == stored
    assert stored.matches(PASSWORD)
    assert not PasswordHash.decoy().matches(PASSWORD)
