"""Settings: the file, then the environment, then the command line."""

from pathlib import Path

import pytest

from civictui.domain.errors import UsageError
from civictui.settings import load


def written(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return {"CIVICTUI_CONFIG": str(path)}


def test_later_sources_win(tmp_path: Path) -> None:
    environment = written(tmp_path, 'server = "https://file"\nposition = "1,2"\nascii = true\n')
    assert load({}, environment).server == "https://file"
    environment["CIVICTUI_SERVER"] = "https://environment"
    assert load({}, environment).server == "https://environment"
    found = load({"server": "https://option", "data_dir": "~/x", "ascii": None}, environment)
    assert found.server == "https://option"
    assert found.position == "1,2"
    assert found.ascii
    assert found.data_dir == Path.home() / "x"


def test_without_any_source_the_folders_are_the_systems(tmp_path: Path) -> None:
    found = load({}, {"CIVICTUI_CONFIG": str(tmp_path / "absent.toml")})
    assert found.server == ""
    assert found.data_dir == Path.home() / ".local" / "share" / "civictui"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("server = ", "cannot be read"),
        ('sever = "x"', "sever"),
        ("server = 5", "server"),
        ('ascii = "perhaps"', "ascii"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, word: str) -> None:
    environment = written(tmp_path, text)
    with pytest.raises(UsageError, match=word) as error:
        load({}, environment)
    assert "config.toml" in str(error.value)


def test_a_value_that_will_not_do_is_named_with_its_source(tmp_path: Path) -> None:
    environment = written(tmp_path, 'theme = "pink"\n')
    with pytest.raises(UsageError, match=r"config\.toml: The setting theme is one of: ansi"):
        load({}, environment)
    environment["CIVICTUI_THEME"] = "purple"
    with pytest.raises(UsageError, match=r"CIVICTUI_THEME: The setting theme is one of: ansi"):
        load({}, environment)
