"""The command line, as scripts use it: what it prints, and what it says when it cannot."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import PASSWORD, PROGRAM, Gateway, Terminal

pytestmark = pytest.mark.e2e


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what this terminal says of it."""
    own = {"_sync", "_meters", "_status", "_assignee"}
    return {name: value for name, value in document.items() if name not in own}


def test_list_equals_the_gateways_documents_the_newest_first(
    gateway: Gateway, synced: Terminal
) -> None:
    listed = [plain(document) for document in synced.list()]
    there = gateway.reports()
    assert {document["_id"]: document for document in listed} == there
    assert len(listed) == len(there) >= 505
    times = [_comparable(document["reportedDateTime"]) for document in listed]
    assert times == sorted(times, reverse=True)


def _comparable(time: str) -> str:
    return "".join(digit for digit in time if digit.isdigit())[:14]


def test_search_near_and_limit(synced: Terminal) -> None:
    assert len(synced.list("--search", "sewage drain")) == 1
    near = synced.list("--near", "13.0763398,77.7897071", "--limit", "3")
    assert near[0]["_id"] == "grievance-20171125_152218"
    meters = [document["_meters"] for document in near]
    assert meters == sorted(meters)
    assert meters[0] == 0
    assert synced.list("--limit", "0") == []


def test_a_new_report_waits_and_is_sent_by_the_next_sync(
    gateway: Gateway, one: Terminal, two: Terminal, photo: Path
) -> None:
    one.sync(gateway)
    key = one.new(
        description="Lamp\nout \x1b]52;c;x\x07now",
        photo=str(photo),
        at="-33.8,151.2",
        address="1 George St",
        category="light",
    )
    (document,) = one.list("--limit", "1")
    assert document["_id"] == key
    assert document["_sync"] == "queued"
    assert document["problemDescription"] == "Lamp\nout now"
    assert document["geoLocation"]["coordinates"] == [151.2, -33.8]
    moved = one.sync(gateway)
    assert (moved["pushed"], moved["pictures_sent"], moved["unsent"]) == (1, 2, 0)
    assert one.sync(gateway)["pushed"] == 0
    two.sync(gateway)
    shown = two.run("show", key, "--picture", str(two.folder / "p.jpg"))
    assert shown.code == 0, shown.err
    picture = (two.folder / "p.jpg").read_bytes()
    assert hashlib.sha256(picture).hexdigest() + ".jpg" == shown.json["picture"]["large"]


def test_the_place_comes_from_the_photo_where_none_is_given(
    gateway: Gateway, one: Terminal, photo: Path
) -> None:
    one.sync(gateway)
    key = one.new(description="Drain", photo=str(photo))
    document = one.run("show", key).json
    longitude, latitude = document["geoLocation"]["coordinates"]
    assert (round(latitude, 4), round(longitude, 4)) == (13.0764, 77.7897)
    assert document["location"]["source"] == "photo"


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("show", "no-such-id"), 8, "no-such-id"),
        (("new", "--description", "x", "--photo", "/no/such.jpg"), 9, "/no/such.jpg"),
        (("new", "--description", "x", "--photo", __file__), 9, "JPEG"),
        (("new", "--description", "x", "--at", "north of here"), 10, "place"),
        (("new", "--description", "x", "--at", "95,0"), 10, "95"),
        (("new", "--description", "  "), 2, "description"),
        (("list", "--limit", "many"), 2, "--limit"),
        (("sync", "--server", "http://127.0.0.1:1"), 11, "Cannot reach"),
        (("sync", "--server", "http://reports.example.org"), 2, "https"),
        (("sync", "--server", "nonsense"), 2, "https://"),
        (("sync",), 2, "--server"),
        (("nonsense",), 2, "--help"),
    ],
)
def test_an_error_is_one_line_with_a_code_of_its_own_and_nothing_is_stored(
    synced: Terminal, arguments: tuple[str, ...], code: int, word: str
) -> None:
    before = len(synced.list())
    answer = synced.run(*arguments)
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert answer.err.count("\n") == 1
    assert word in answer.err
    assert len(synced.list()) == before


def test_passwords_and_stores_that_are_not_there(gateway: Gateway, one: Terminal) -> None:
    assert one.run("list").code == 3
    one.sync(gateway)
    assert one.run("list", password="wrong password").code == 4
    assert one.run("list", password="").code == 16
    assert Terminal(one.folder, "asha").run("list").code == 3
    assert one.run("list").code == 0


def test_a_gateway_of_ones_own_takes_users_while_it_runs(tmp_path: Path, one: Terminal) -> None:
    folder = str(tmp_path / "own")
    served = subprocess.Popen(
        [*PROGRAM, "serve", "--data-dir", folder, "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert served.stderr is not None
        server = next(line.split()[-1] for line in served.stderr if "http://" in line)
        added = subprocess.run(
            [*PROGRAM, "serve", "add-user", "demo", "--data-dir", folder],
            input=PASSWORD + "\n", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        assert one.run("sync", "--server", server).json["pulled"] == 0
        key = one.new(description="First")
        assert one.run("sync", "--server", server).json["pushed"] == 1
        assert one.list()[0]["_id"] == key
    finally:
        served.terminate()
        assert served.wait(timeout=20) == 0
        if served.stderr:
            served.stderr.close()
