"""What can be set: a TOML file, then the environment, then the command line.

server = "https://reports.example.org"      the gateway
data_dir = "/path"                           where the sealed stores lie
position = "37.77,-122.41"                   where the terminal usually stands
ascii = true                                 draw with ASCII only
full_repaint = true                          draw all that may have changed, not the cells that did
lock_minutes = 5                             lock after so many minutes without a key; 0 is never
sending_minutes = 30                         how long a locked store may go on sending; 0 is not
pepper_file = "/media/key/pepper"            a secret on another medium, needed beside the password
inbox = "~/Pictures"                         where "the newest photo" is looked for
capture = "rpicam-still -n -o -"             a command that writes a photo to its output
capture_seconds = 20                         how long it may take
gpsd = "localhost:2947"                      where gpsd answers; "" asks for no position
geocoder = "photon https://photon.example.org"   who knows addresses: photon or nominatim, and where
theme = "ansi"                               ansi (the terminal's), dark, light, contrast or mono
units = "metric"                             distances in metric or imperial units
pictures = "auto"                            how they are drawn: auto, blocks, shades or none
photos = "always"                            when large photos are sent: always, or at the depot
daily_megabytes = 20                         so much of pictures a day on this link; 0 is no limit
cache_megabytes = 500                        room for pictures of others on this terminal
pack_megabytes = 100                         how much "pack my day" may fetch, the map included
pack_meters = 2000                           how far from you, and from what is yours to do
client_logs = false                          tell the gateway how the program fares: counts alone
[keys]
"list.new" = "ctrl+n"                        other keys: see docs/keyboard.md and `keymap`
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from civictui.domain.errors import UsageError

MOST = {
    "lock_minutes": 1440,
    "sending_minutes": 1440,
    "capture_seconds": 600,
    "daily_megabytes": 1_000_000,
    "cache_megabytes": 1_000_000,
    "pack_megabytes": 1_000_000,
    "pack_meters": 50_000,
}
"""The settings that are whole numbers, and the largest that each may be."""
CHOICES = {
    "theme": ("ansi", "dark", "light", "contrast", "mono"),
    "units": ("metric", "imperial"),
    "pictures": ("auto", "blocks", "shades", "none"),
    "photos": ("always", "depot"),
}
"""The settings that are one of a few words."""
FLAGS = frozenset({"ascii", "full_repaint", "client_logs"})
"""The settings that are yes or no."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One frozen whole. `server` is "" where none is named."""

    server: str = ""
    data_dir: Path = Path()
    position: str = ""
    ascii: bool = False
    full_repaint: bool = False
    lock_minutes: int = 5
    sending_minutes: int = 30
    pepper_file: str = ""
    inbox: str = ""
    capture: str = ""
    capture_seconds: int = 20
    gpsd: str = "localhost:2947"
    geocoder: str = ""
    theme: str = "ansi"
    units: str = "metric"
    pictures: str = "auto"
    photos: str = "always"
    daily_megabytes: int = 0
    cache_megabytes: int = 500
    pack_megabytes: int = 100
    pack_meters: int = 2000
    client_logs: bool = False
    keys: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """The table [keys] of the file as it stands there; see `keymap`."""
    forced: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What the file does not decide: names of settings, each with what does, such as --server."""


NAMES = tuple(each.name for each in fields(Settings) if each.name not in {"keys", "forced"})


def load(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Bring the three sources together; an option that is None was not given. Raises UsageError."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {"data_dir": _data_dir(), **_from_file(environment)}
    forced = {}
    for name in NAMES:
        if said := environment.get(variable(name)):
            values[name], forced[name] = said, variable(name)
        if options.get(name) is not None:
            values[name], forced[name] = options[name], f"--{name.replace('_', '-')}"
    checked = {}
    for name, value in values.items():
        try:
            checked[name] = check(name, value)
        except UsageError as error:
            where = forced.get(name) or config_file(environment)
            raise UsageError(f"{where}: {error}") from error
    return Settings(**checked, forced=forced)


def variable(name: str) -> str:
    """The variable of the environment that decides a setting."""
    return f"CIVICTUI_{name.upper()}"


def check(name: str, value: Any) -> Any:
    """The value that a setting gets from a word, or from what the file has. Raises UsageError."""
    if name == "data_dir":
        return Path(value).expanduser().absolute()
    if name in FLAGS:
        return value in {True, "1", "true", "yes"}
    if name in MOST:
        return _number(name, value)
    if name in CHOICES and value not in CHOICES[name]:
        raise UsageError(f"The setting {name} is one of: {', '.join(CHOICES[name])}")
    return value


def _number(name: str, value: object) -> int:
    """A whole number that is not negative, in the unit that the name says. Raises UsageError."""
    text = str(value)
    unit, most = name.rpartition("_")[2], MOST[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most):
        raise UsageError(f"The setting {name} is a number of {unit}, 0 to {most}")
    return int(text)


def config_file(environment: Mapping[str, str] | None = None) -> Path:
    """Where the settings file is looked for."""
    named = (os.environ if environment is None else environment).get("CIVICTUI_CONFIG")
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
    for name, value in found.items():
        if name == "keys" and isinstance(value, dict):
            continue
        if name not in NAMES:
            raise UsageError(f"{path}: there is no setting {name!r}", f"Known: {', '.join(NAMES)}.")
        kind = bool if name in FLAGS else int if name in MOST else str
        if type(value) is not kind:
            raise UsageError(f"{path}: the setting {name!r} has a value of the wrong kind")
    return found
