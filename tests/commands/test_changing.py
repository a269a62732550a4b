"""Edits, withdrawals and conflicts on the command line: two terminals and a real gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Answer, Gateway, Terminal

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway")).start()
    yield running
    running.stop()


class Pair:
    """Two terminals that both have a report, which the first user wrote."""

    def __init__(self, gateway: Gateway, folder: Path) -> None:
        self.gateway = gateway
        self.demo = Terminal(folder / "one", "demo")
        self.asha = Terminal(folder / "two", "asha")
        self.key = ""

    def begin(self) -> "Pair":
        """A new report on both."""
        self.key = self.demo.new(description="Lamp out", category="light", address="1 Main St")
        self.sync(self.demo, self.asha)
        return self

    def sync(self, *terminals: Terminal) -> Answer:
        """Sync these in turn; the last one's answer."""
        for terminal in terminals:
            answer = terminal.run("sync", "--server", self.gateway.server)
            assert answer.code == 0, answer.err
        return answer

    def edit(self, terminal: Terminal, **fields: str) -> None:
        options = [word for name, value in fields.items() for word in (f"--{name}", value)]
        answer = terminal.run("edit", self.key, *options)
        assert (answer.code, answer.json) == (0, {"id": self.key}), answer.err

    def conflict(self) -> None:
        """Both change the description; both terminals know of it."""
        self.edit(self.demo, description="Lamp out at the crossing")
        self.edit(self.asha, description="Lamp blinks", address="3 Main St")
        said = self.sync(self.demo, self.asha, self.demo)
        assert said.json["conflicts"] == 1
        assert "1 conflict to settle: see civictui list --conflicts" in said.err


@pytest.fixture(scope="module")
def terminals(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Signed in for the whole module: a first sync takes its time."""
    pair = Pair(gateway, tmp_path_factory.mktemp("terminals"))
    pair.demo.sync(gateway)
    return pair


@pytest.fixture
def pair(terminals: Pair) -> Pair:
    return terminals.begin()


def test_an_edit_changes_what_is_named_and_nothing_else(pair: Pair) -> None:
    pair.edit(pair.demo, category="lamp", at="-33.8,151.2")
    pair.sync(pair.demo, pair.asha)
    found = pair.asha.run("show", pair.key).json
    assert (found["problemDescription"], found["address"]) == ("Lamp out", "1 Main St")
    assert found["category"] == "lamp"
    assert found["geoLocation"]["coordinates"] == [151.2, -33.8]
    assert found["edited"]["by"] == "demo"
    pair.edit(pair.demo, at="", address="")
    found = pair.demo.run("show", pair.key).json
    assert not {"geoLocation", "address"} & set(found)


def test_edits_of_different_fields_merge_by_themselves(pair: Pair) -> None:
    pair.edit(pair.demo, description="Lamp out at the crossing")
    pair.edit(pair.asha, address="3 Main St")
    said = pair.sync(pair.demo, pair.asha, pair.demo)
    assert said.json["conflicts"] == 0
    found = pair.demo.run("show", pair.key).json
    assert found["problemDescription"] == "Lamp out at the crossing"
    assert found["address"] == "3 Main St"
    assert "_conflict" not in found


@pytest.mark.parametrize(
    ("side", "description"),
    [("--mine", "Lamp out at the crossing"), ("--theirs", "Lamp blinks")],
)
def test_a_conflict_is_listed_shown_and_settled(pair: Pair, side: str, description: str) -> None:
    pair.conflict()
    (listed,) = pair.demo.list("--conflicts")
    assert (listed["_id"], listed["_sync"]) == (pair.key, "conflict")
    shown = pair.demo.run("show", pair.key).json["_conflict"]
    assert shown["clashing"] == ["problemDescription"]
    assert (shown["mine"]["by"], shown["theirs"]["by"]) == ("demo", "asha")
    assert shown["mine"]["body"]["problemDescription"] == "Lamp out at the crossing"
    assert shown["before"]["problemDescription"] == "Lamp out"
    settled = pair.demo.run("settle", pair.key, side)
    assert (settled.code, settled.json) == (0, {"id": pair.key, "left": False})
    assert pair.sync(pair.demo, pair.asha).json["conflicts"] == 0
    assert pair.asha.list("--conflicts") == []
    found = pair.asha.run("show", pair.key).json
    assert (found["problemDescription"], found["address"]) == (description, "3 Main St")


def test_a_withdrawal_goes_to_the_others(pair: Pair) -> None:
    refused = pair.asha.run("withdraw", pair.key, "--yes")
    assert refused.code == 2  # not hers
    assert pair.demo.run("withdraw", pair.key).code == 2  # without --yes
    assert pair.demo.run("withdraw", pair.key, "--yes").code == 0
    pair.sync(pair.demo, pair.asha)
    assert pair.asha.run("show", pair.key).code == 8


def test_what_was_withdrawn_can_be_brought_back_on_any_terminal(pair: Pair) -> None:
    pair.edit(pair.demo, category="lamp")
    pair.sync(pair.demo, pair.asha)
    assert pair.demo.run("withdraw", pair.key, "--yes").code == 0
    pair.sync(pair.demo, pair.asha)
    (found,) = (doc for doc in pair.asha.list("--gone") if doc["_id"] == pair.key)
    assert (found["problemDescription"], found["category"]) == ("Lamp out", "lamp")
    answer = pair.asha.run("restore", pair.key)
    assert (answer.code, answer.json) == (0, {"id": pair.key, "rev": found["_rev"]}), answer.err
    assert pair.sync(pair.asha, pair.demo).json["conflicts"] == 0
    assert pair.demo.run("show", pair.key).json["category"] == "lamp"
    assert pair.key not in [doc["_id"] for doc in pair.demo.list("--gone")]


@pytest.mark.parametrize(("side", "stays"), [("--mine", True), ("--theirs", False)])
def test_an_edit_against_a_withdrawal_is_asked(pair: Pair, side: str, stays: bool) -> None:
    assert pair.demo.run("withdraw", pair.key, "--yes").code == 0
    pair.edit(pair.asha, category="lamp")
    assert pair.sync(pair.demo, pair.asha).json["conflicts"] == 1
    assert pair.asha.run("settle", pair.key, side).code == 0
    pair.sync(pair.asha, pair.demo)
    codes = [terminal.run("show", pair.key).code for terminal in (pair.asha, pair.demo)]
    assert codes == ([0, 0] if stays else [8, 8])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("edit", "nowhere", "--category", "x"), 8),
        (("withdraw", "nowhere", "--yes"), 8),
        (("settle", "nowhere", "--mine"), 8),
        (("restore", "nowhere"), 8),
        (("restore", "nowhere", "--rev", "1-a"), 8),
        (("show", "nowhere", "--versions"), 8),
        (("list", "--gone", "--conflicts"), 2),
        (("settle", "nowhere"), 2),
        (("settle", "nowhere", "--mine", "--theirs"), 2),
        (("edit", "nowhere"), 2),
        (("edit", "nowhere", "--at", "somewhere"), 10),
    ],
)
def test_what_is_unknown_or_missing_has_its_exit_code(
    terminals: Pair, words: tuple[str, ...], code: int
) -> None:
    answer = terminals.demo.run(*words)
    assert answer.code == code
    assert answer.err.count("\n") == 1


def test_an_edit_without_a_description_changes_nothing(pair: Pair) -> None:
    assert pair.demo.run("edit", pair.key, "--description", "").code == 2
    assert pair.demo.list("--limit", "1")[0]["problemDescription"] == "Lamp out"
