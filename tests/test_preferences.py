"""Settings that are changed while the program runs."""

from pathlib import Path

import pytest

from civictui.domain.errors import UsageError
from civictui.geo import notation
from civictui.preferences import Preferences, WrongSettings
from civictui.settings import Settings, load


def preferences(tmp_path: Path, settings: Settings | None = None) -> Preferences:
    path = tmp_path / "config.toml"
    return Preferences(settings or Settings(), path, checks={"position": notation.parse})


async def test_a_change_is_in_force_at_once_and_then_in_the_file(tmp_path: Path) -> None:
    told: list[Settings] = []
    found = Preferences(Settings(), tmp_path / "config.toml", use=told.append)
    changed = found.change({"theme": "dark", "lock_minutes": "12", "units": "metric"})
    assert changed == {"theme": "dark", "lock_minutes": 12}
    assert told == [found.settings]
    assert (found.settings.theme, found.settings.lock_minutes) == ("dark", 12)
    await found.keep(changed)
    again = load({}, {"CIVICTUI_CONFIG": str(tmp_path / "config.toml")})
    assert (again.theme, again.lock_minutes, again.forced) == ("dark", 12, {})


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("theme", "pink", "one of: ansi, dark"),
        ("lock_minutes", "-1", "a number of minutes, 0 to 1440"),
        ("lock_minutes", "", "a number of minutes, 0 to 1440"),
        ("lock_minutes", "1441", "0 to 1440"),
        ("position", "over there", ""),
    ],
)
def test_what_will_not_do_is_answered_by_its_name(
    tmp_path: Path, name: str, word: str, said: str
) -> None:
    found = preferences(tmp_path)
    with pytest.raises(WrongSettings) as error:
        found.change({name: word, "units": "imperial"})
    assert list(error.value.faults) == [name]
    assert said in error.value.faults[name]
    assert found.settings == Settings()


async def test_a_file_that_cannot_be_written_takes_nothing_back(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = Preferences(Settings(), tmp_path / "file" / "config.toml")
    changed = found.change({"theme": "light"})
    with pytest.raises(UsageError, match="cannot be written") as error:
        await found.keep(changed)
    assert error.value.advice == "It holds until you leave."
    assert found.settings.theme == "light"


def test_what_others_decide_is_named_and_left_alone(tmp_path: Path) -> None:
    environment = {"CIVICTUI_CONFIG": str(tmp_path / "none"), "CIVICTUI_THEME": "mono"}
    settings = load({"server": "https://a.example", "ascii": None}, environment)
    found = preferences(tmp_path, settings)
    assert found.forced("server") == "--server"
    assert found.forced("theme") == "CIVICTUI_THEME"
    assert found.forced("units") == ""
    assert found.change({"theme": "dark", "server": "https://b.example"}) == {}
    assert found.settings.theme == "mono"


def test_a_setting_is_shown_as_one_types_it(tmp_path: Path) -> None:
    found = preferences(tmp_path, Settings(ascii=True, lock_minutes=3))
    assert [found.word(name) for name in ("ascii", "lock_minutes", "inbox")] == ["yes", "3", ""]
