"""`civictui remark`: from one terminal to another, with a photo, as `show` prints it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Gateway, Terminal

pytestmark = pytest.mark.e2e

PHOTO = next(iter(sorted((Path(__file__).parents[1] / "data" / "photos").rglob("*.jpg"))))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway")).start()
    yield running
    running.stop()


def test_a_remark_goes_from_one_terminal_to_another(gateway: Gateway, tmp_path: Path) -> None:
    demo, asha = Terminal(tmp_path / "one", "demo"), Terminal(tmp_path / "two", "asha")
    demo.sync(gateway)
    key = demo.new(description="Lamp out")
    demo.sync(gateway)
    asha.sync(gateway)
    said = asha.run("remark", key, "--text", "Ladder\nneeded", "--photo", str(PHOTO))
    assert said.code == 0, said.err
    assert asha.run("remark", key).code == 2
    assert asha.run("remark", "nobody", "--text", "x").code == 8
    asha.sync(gateway)
    demo.sync(gateway)
    (update,) = demo.run("show", key).json["_updates"]
    assert update["text"] == "Ladder\nneeded"
    assert (update["_id"], update["reportedBy"]) == (said.json["id"], "asha")
    assert len(update["photos"]) == 1


def test_status_and_assignment_of_several_are_in_force_at_once(
    gateway: Gateway, tmp_path: Path
) -> None:
    demo = Terminal(tmp_path / "one", "demo")
    demo.sync(gateway)
    keys = [demo.new(description=f"Lamp {number}") for number in range(2)]
    assert demo.run("remark", *keys, "nobody", "--status", "closed").code == 8
    said = demo.run("remark", *keys, "--status", "in progress", "--assign", "me")
    assert said.code == 0, said.err
    assert len(set(said.json["ids"])) == 2
    shown = demo.run("show", keys[1]).json
    told = (shown["status"], shown["_status"], shown["_assignee"])
    assert told == ("open", "in progress", "demo")
    for state in "queued", "sent":
        listed = next(doc for doc in demo.run("list").json if doc["_id"] == keys[1])
        shown = demo.run("show", keys[1]).json
        assert [listed["_sync"], shown["_sync"], shown["_updates"][0]["_sync"]] == [state] * 3
        assert (listed["_status"], listed["_assignee"]) == ("in progress", "demo")
        demo.sync(gateway)
