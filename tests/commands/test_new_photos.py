"""`civictui new` with several photos: from files, the inbox, the camera; with captions."""

import json
from pathlib import Path

import pytest

from tests.e2e.processes import Answer, Gateway, Terminal

pytestmark = pytest.mark.e2e

PHOTOS = Path(__file__).parent.parent / "data" / "photos"
TALL = PHOTOS / "orientation" / "Portrait_6.jpg"
STREET = PHOTOS / "street" / "potbot-photo-4.jpg"
GPS = PHOTOS / "exif" / "DSCN0010.jpg"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    gateway = Gateway(tmp_path_factory.mktemp("gateway")).start()
    one = Terminal(tmp_path_factory.mktemp("terminal"))
    one.sync(gateway)
    gateway.stop()
    return one


def new(terminal: Terminal, *words: str) -> Answer:
    return terminal.run("new", "--description", "Drain", *words)


def test_photos_come_in_order_with_their_captions(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "street.jpg").write_bytes(STREET.read_bytes())
    monkeypatch.setenv("CIVICTUI_INBOX", str(tmp_path))
    monkeypatch.setenv("CIVICTUI_CAPTURE", f"cat '{GPS}'")
    words = ["--photo", str(TALL), "--photo", str(GPS), "--newest", "--capture"]
    answer = new(terminal, *words, "--caption", "the\n drain", "--caption", "", "--caption", "it")
    assert answer.code == 0, answer.err
    document = terminal.run("show", json.loads(answer.out)["id"]).json
    photos = document["photos"]
    assert [photo["caption"] for photo in photos] == ["the drain", "", "it", ""]
    sizes = [(photo["width"], photo["height"]) for photo in photos]
    assert sizes == [(1067, 1600), (640, 480), (648, 484), (640, 480)]
    assert photos[1]["large"] == photos[3]["large"]
    assert document["location"]["source"] == "photo"
    assert document["geoLocation"]["coordinates"] == pytest.approx([11.885127, 43.467448])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--caption", "x"], 2, "more captions than photos"),
        (["--photo", str(GPS), "--caption", "x", "--caption", "y"], 2, "more captions"),
        (["--newest"], 9, "There is no folder"),
        (["--capture"], 9, "No camera command is set"),
        (["--photo", str(GPS), "--photo", "/no/such.jpg"], 9, "/no/such.jpg"),
        (["--photo", str(PHOTOS / "broken-odd" / "mode_16bit.png")], 9, "animated"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_nothing_is_stored(
    terminal: Terminal,
    words: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CIVICTUI_INBOX", str(tmp_path / "nowhere"))
    before = len(terminal.list())
    answer = new(terminal, *words)
    assert answer.code == code, answer.err
    assert said in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    assert len(terminal.list()) == before
