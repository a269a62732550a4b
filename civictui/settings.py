"""What can be set: a TOML file, then the environment, then the command line.

server = "https://reports.example.org"      the gateway
data_dir = "/path"                           where the sealed stores lie
position = "37.77,-122.41"                   where the terminal usually stands
ascii = true                                 draw with ASCII only
lock_minutes = 5                             lock after so many minutes without a key; 0 is never
sending_minutes = 30                         how long a locked store may go on sending; 0 is not
pepper_file = "/media/key/pepper"            a secret on another medium, needed beside the password
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from civictui.domain.errors import UsageError

_MINUTES = ("lock_minutes", "sending_minutes")


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen whole. `server` is "" where none is named."""

    server: str = ""
    data_dir: Path = Path()
    position: str = ""
    ascii: bool = False
    lock_minutes: int = 5
    sending_minutes: int = 30
    pepper_file: str = ""


def load(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Bring the three sources together; an option that is None was not given. Raises UsageError."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {"data_dir": _data_dir(), **_from_file(environment)}
    for field in fields(Settings):
        if name := environment.get(f"CIVICTUI_{field.name.upper()}"):
            values[field.name] = name
        if options.get(field.name) is not None:
            values[field.name] = options[field.name]
    values["data_dir"] = Path(values["data_dir"]).expanduser().absolute()
    values["ascii"] = values.get("ascii") in {True, "1", "true", "yes"}
    for name in _MINUTES:
        if name in values:
            values[name] = _minutes(name, values[name])
    return Settings(**values)


def _minutes(name: str, value: object) -> int:
    """Whole minutes up to a day. Raises UsageError."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) <= 1440):
        raise UsageError(f"The setting {name} is a number of minutes, 0 to 1440")
    return int(text)


def config_file(environment: Mapping[str, str]) -> Path:
    """Where the settings file is looked for."""
    named = environment.get("CIVICTUI_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("civictui") / "config.toml"


def _data_dir() -> Path:
    return platformdirs.user_data_path("civictui")


def _from_file(environment: Mapping[str, str]) -> dict[str, Any]:
    path = config_file(environment)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The settings file {path} cannot be read: {error}") from error
    known = {field.name: field.type for field in fields(Settings)}
    for name, value in found.items():
        if name not in known:
            raise UsageError(f"{path}: there is no setting {name!r}", f"Known: {', '.join(known)}.")
        kind = bool if name == "ascii" else int if name in _MINUTES else str
        if type(value) is not kind:
            raise UsageError(f"{path}: the setting {name!r} has a value of the wrong kind")
    return found
