"""A person's own keys: what is taken, and how each fault is named."""

from pathlib import Path
from typing import Any

import pytest

from civictui import keymap, settings, starting
from civictui.__main__ import main
from civictui.domain.errors import UsageError
from civictui.keymap import NEEDED, Fault, line_of, read
from civictui.keys import ALL, NO_KEY

FILE = """\
# my terminal
server = "https://city.example"

[keys]
# new reports
"list.new" = "r"
detail.edit = "ctrl+n"
"app.leave" = "q"
'rows.opn' = "o"
"""


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ({}, {}),
        ({"list.new": "ctrl+n"}, {"list.new": "ctrl+n"}),
        ({"list": {"new": "^N, F7", "map": "M"}}, {"list.new": "ctrl+n,f7", "list.map": "M"}),
        ({"list.map": "", "detail.pager": " "}, {"list.map": NO_KEY, "detail.pager": NO_KEY}),
        ({"list.map": "n", "list.new": "m"}, {"list.map": "n", "list.new": "m"}),
        ({"app.leave": "f10"}, {"app.leave": "f10"}),
        ({"form.submit": "f7,f7"}, {"form.submit": "f7"}),
        ({"search.clear": "^G", "list.unfilter": "^G"}, dict.fromkeys(
            ("search.clear", "list.unfilter"), "ctrl+g")),
        ({"browse.help": "f1"}, {"browse.help": "f1"}),
    ],
)  # fmt: skip
def test_what_may_be_said(table: dict[str, Any], keys: dict[str, str]) -> None:
    assert read(table) == (keys, [])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"list.nev": "n"}, "there is no such id; is list.new meant?"),
        ({"nothing": "n"}, "there is no such id"),
        ({"list.new": 3}, "between quotation marks"),
        ({"list.new": ["n"]}, "between quotation marks"),
        ({"list.new": "hyper+n"}, "nothing of its own for hyper+n"),
        ({"list.new": "n,,m"}, "there is no key “”"),
        ({"list.new": "ctrl+m"}, "the same for ctrl+m as for Enter"),
        ({"list.new": "r"}, "on the list of reports r is also list.sync (Synchronise now)"),
        ({"list.new": "j"}, "j is also rows.down"),
        ({"list.new": "f12"}, "F12 is also app.lock"),
        ({"line.home": "ctrl+q"}, "^Q is also app.leave"),
        ({"form.submit": "x"}, "on the form of a report one types x as text"),
        ({"app.leave": "q"}, "one types q as text"),
        ({"screen.back": "b"}, "one types b as text"),
        ({"screen.back": ""}, "not taken away"),
        ({"app.leave": ""}, "not taken away"),
        ({"ask.safe": ""}, "not taken away"),
    ],
)
def test_what_is_wrong_is_named(table: dict[str, Any], words: str) -> None:
    (key_id,) = table
    found = read(table)[1]
    assert {fault.id for fault in found} == {key_id}
    assert any(words in fault.words for fault in found)


def test_a_clash_of_two_own_keys_is_one_fault() -> None:
    table = {"list.new": "f7", "list.map": "f7"}
    assert len(read(table)[1]) == 1


def test_what_takes_the_place_of_a_moved_key_is_no_clash() -> None:
    table = {"list.sync": "f7", "list.new": "r"}
    assert read(table)[1] == []


def test_every_way_back_is_needed() -> None:
    assert {key.id for key in ALL if key.id.endswith(".back")} <= NEEDED
    assert {"app.leave", "ask.safe", "ask.choose", "search.clear"} <= NEEDED


def test_every_key_may_be_moved_to_one_that_is_free() -> None:
    free = "ctrl+underscore"
    for key in ALL:
        assert read({key.id: free}) == ({key.id: free}, [])


def test_all_faults_at_once_each_with_its_line() -> None:
    table = {
        "list.new": "r",
        "detail": {"edit": "ctrl+n"},
        "app.leave": "q",
        "rows.opn": "o",
    }
    own, found = read(table, FILE)
    assert [(fault.line, fault.id) for fault in found] == [
        (6, "list.new"), (8, "app.leave"), (9, "rows.opn"),
    ]  # fmt: skip
    assert own["detail.edit"] == "ctrl+n"
    assert found[0].at("/a/config.toml") == "/a/config.toml:6"
    assert Fault("list.new", "").at("/a/config.toml") == "/a/config.toml"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[keys]\nlist.new = 'x'", 2),
        ('[keys]\n"list.new"="x"', 2),
        ("keys.'list.new' = 'x'", 1),
        ("\nkeys = { 'list.new' = 'x' }", 2),
        ("[keys]\n[keys.list]\nnew = 'x'", 1),
        ("server = ''", 0),
        ("", 0),
    ],
)
def test_the_line_or_that_of_the_table(text: str, line: int) -> None:
    assert line_of("list.new", text) == line


def test_an_id_without_a_point_has_its_line_too() -> None:
    assert line_of("nope", "[keys]\nlist.new = 'x'\nnope = 'x'") == 3
    assert line_of("new", "[keys]\nnewest = 'x'\n'new' = 'x'") == 3


def test_the_settings_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    found = settings.load({}, {"CIVICTUI_CONFIG": str(path)})
    assert found.keys["list.new"] == "r"
    assert keymap.from_file(found.keys, path)[1][0].line == 6


def test_a_start_says_all_faults_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    monkeypatch.setenv("CIVICTUI_CONFIG", str(path))
    found = settings.load({})
    with pytest.raises(UsageError, match="Your own keys cannot be used"):
        starting.own_keys(found)
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2].split(": ")[0] for line in said] == [
        f"{path}:6", f"{path}:8", f"{path}:9",
    ]  # fmt: skip


def test_without_faults_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"list.new" = "f7"\n')
    monkeypatch.setenv("CIVICTUI_CONFIG", str(path))
    assert starting.own_keys(settings.load({})) == {"list.new": "f7"}
    path.write_text("")
    assert starting.own_keys(settings.load({})) == {}


@pytest.mark.parametrize("said", ["keys = 3", "keys = 'n'"])
def test_what_is_no_table_is_refused(tmp_path: Path, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(said)
    with pytest.raises(UsageError, match="keys"):
        settings.load({}, {"CIVICTUI_CONFIG": str(path)})


def test_the_doctor_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"list.map" = ""\n"list.new" = "f7"\n"list.nev" = "f8"\n')
    monkeypatch.setenv("CIVICTUI_CONFIG", str(path))
    assert main(["doctor", "--data-dir", str(tmp_path / "store")]) != 0
    said = capsys.readouterr().out
    assert f"settings file: {path}" in said
    assert "own keys: list.map no key, list.new F7" in said
    assert f"{path}:4: list.nev: there is no such id; is list.new meant?" in said
    path.write_text("")
    assert main(["doctor", "--data-dir", str(tmp_path / "store")]) == 0
