"""What can be set: a TOML file, then the environment, then the command line.

server = "https://reports.example.org"      the gateway
data_dir = "/path"                           where the sealed stores lie
position = "37.77,-122.41"                   where the terminal usually stands
ascii = true                                 draw with ASCII only
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from civictui.domain.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen whole. `server` is "" where none is named."""

    server: str = ""
    data_dir: Path = Path()
    position: str = ""
    ascii: bool = False


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
    return Settings(**values)


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
        if not isinstance(value, bool if name == "ascii" else str):
            raise UsageError(f"{path}: the setting {name!r} has a value of the wrong kind")
    return found
