"""Writing settings: what a person wrote stays, to the letter, and nothing is ever half there."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui import settings_file
from civictui.domain.errors import UsageError

OWN = """\
# my terminal, in the van
server = "https://old.example"   # until the move

lock_minutes =   5

[keys]
"list.new" = "ctrl+n"  # as at home
"""


def test_comments_order_and_blanks_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(OWN)
    settings_file.write(path, {"server": "https://new.example", "theme": "dark"})
    text = path.read_text()
    expected = OWN.replace("https://old.example", "https://new.example")
    assert [line for line in text.splitlines() if line != 'theme = "dark"'] == expected.splitlines()
    assert text.index("theme") < text.index("[keys]")
    assert tomllib.loads(text)["theme"] == "dark"


def test_a_file_and_its_folder_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "civictui" / "config.toml"
    settings_file.write(path, {"lock_minutes": 7, "ascii": True})
    assert path.read_text() == "lock_minutes = 7\nascii = true\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_link_leads_to_the_file(tmp_path: Path) -> None:
    real, link = tmp_path / "kept.toml", tmp_path / "config.toml"
    real.write_text('theme = "light"\n')
    link.symlink_to(real)
    settings_file.write(link, {"theme": "dark"})
    assert link.is_symlink()
    assert real.read_text() == 'theme = "dark"\n'


@pytest.mark.parametrize("text", ["server = ", "a = 1\na = 2\n", "\x00"])
def test_what_is_no_toml_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match="cannot be written"):
        settings_file.write(path, {"theme": "dark"})
    assert path.read_text() == text


def test_where_nothing_can_be_written_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "civictui").write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="cannot be written"):
        settings_file.write(tmp_path / "civictui" / "config.toml", {"theme": "dark"})


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(OWN)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UsageError, match="No space left"):
            settings_file.write(path, {"theme": "dark"})
    assert path.read_text() == OWN
    assert list(tmp_path.iterdir()) == [path]


@given(
    st.dictionaries(
        st.sampled_from(["server", "inbox", "lock_minutes", "ascii"]),
        st.one_of(st.text(st.characters(codec="utf-8")), st.integers(0, 10**6), st.booleans()),
        min_size=1,
    )
)
def test_whatever_is_typed_is_read_again_as_it_was(changes: dict[str, str | int | bool]) -> None:
    text = settings_file._changed(OWN, changes)
    assert tomllib.loads(text) == {**tomllib.loads(OWN), **changes}


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A program that runs as root, with its settings at /dev/null, would break the system."""
    path = tmp_path / "settings"
    os.mkfifo(path)
    with pytest.raises(UsageError, match="it is no file"):
        settings_file.write(path, {"theme": "dark"})
    assert stat.S_ISFIFO(path.stat().st_mode)
