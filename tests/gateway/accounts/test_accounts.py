"""Users: their names, their passwords, and two processes at one file."""

import pytest

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP, STANDARD, PasswordHash
from civictui.gateway.folder import GatewayFolder
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


def test_the_standard_cost_is_what_new_hashes_have() -> None:
    stored = PasswordHash.of(PASSWORD)
    assert stored.cost == STANDARD == (65536, 3, 4)
    assert PasswordHash.from_doc(stored.to_doc()) == stored
    assert stored.matches(PASSWORD)
    assert not PasswordHash.decoy().matches(PASSWORD)
