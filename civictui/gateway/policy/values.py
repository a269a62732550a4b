"""The values of a policy's members: each is read from what TOML gave, or Wrong says what it may be.

Nothing is guessed, rounded or cut off: an operator gets what was written, or hears why not.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from civictui.codec import BadJson, decode
from civictui.domain.errors import UsageError
from civictui.domain.model.policy import FEATURES, MOST_WORDS, version_key
from civictui.domain.text import clean, one_line
from civictui.gateway.area import Area
from civictui.gateway.policy.faults import Wrong, proposal
from civictui.gateway.policy.limits import AREA_CORNERS, MOST_VERSIONS
from civictui.gateway.viewer import ROLES

_AREA_BYTES: Final = 4 * 1024 * 1024
_VERSION_CHARACTERS: Final = 64
_IN_AREA: Final = "[west, south, east, north] in degrees, or the path of a GeoJSON file"


def words(value: object) -> str:
    """Text for people, without the blanks around it; it may have several lines."""
    if not isinstance(value, str):
        raise Wrong('is a text: write it in quotes, "" for none')
    text = value.strip()
    if len(text) > MOST_WORDS:
        raise Wrong(f"has {len(text)} characters; {MOST_WORDS} are allowed")
    pairs = zip_longest(text, clean(text), fillvalue="")
    place = next((at for at, (said, kept) in enumerate(pairs) if said != kept), -1)
    if place >= 0:
        sign = f"U+{ord(text[place]):04X}"
        raise Wrong(f"has a sign that nobody sees, or that steers a terminal ({sign})")
    return text


def version(value: object) -> str:
    """A version of the program, or "" for none."""
    return _version(value) if value != "" else ""


def versions(value: object) -> tuple[str, ...]:
    """Versions as they are told to users, each once."""
    if not isinstance(value, list) or len(value) > MOST_VERSIONS:
        raise Wrong(f'is a list of up to {MOST_VERSIONS} versions such as ["1.2.0", "1.2.1"]')
    return tuple(dict.fromkeys(_version(item) for item in value))


def number(least: int, most: int) -> Callable[[object], int]:
    """What reads a whole number within these bounds."""

    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise Wrong(f"is a whole number from {least} to {most}")
        return value

    return read


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("is true or false, without quotes")
    return value


def feature(value: object) -> tuple[str, ...]:
    """The name of one feature."""
    if not isinstance(value, str):
        raise Wrong("is one feature in quotes; `names` is a list of them")
    return (_feature(value),)


def features(value: object) -> tuple[str, ...]:
    """The names of features, each once."""
    return _chosen(value, _feature, 'is a list of features such as ["map", "pack"]')


def roles(value: object) -> frozenset[str]:
    said = f"is a list of roles ({', '.join(ROLES)}), and absent for all of them"
    return frozenset(_chosen(value, _role, said))


def area(value: object, folder: Path) -> Area:
    """An area as a box, a GeoJSON file (a relative path is seen from `folder`), or GeoJSON."""
    try:
        found = _area(value, folder)
    except UsageError as error:
        raise Wrong(f"is no area: {one_line(str(error))}. Write {_IN_AREA}") from error
    if corners(found) > AREA_CORNERS:
        raise Wrong(f"has {corners(found)} corners; {AREA_CORNERS} are allowed")
    return found


def corners(area: Area | None) -> int:
    return sum(len(ring) for polygon in area.polygons for ring in polygon) if area else 0


def _area(value: object, folder: Path) -> Area:
    """Raises UsageError, Wrong."""
    if isinstance(value, list) and len(value) == 4:
        return _box(*(_degrees(item) for item in value))
    if isinstance(value, dict):
        return Area.from_geojson(value)
    if not isinstance(value, str):
        raise Wrong(f"is {_IN_AREA}")
    return Area.from_geojson(_geojson(folder / value, value))


def _box(west: float, south: float, east: float, north: float) -> Area:
    """Raises UsageError, Wrong."""
    try:
        return Area.box(west, south, east, north)
    except UsageError:
        if not Area.is_exchanged(west, south, east, north):
            raise
        meant = [south, west, north, east]
        raise Wrong(f"has latitudes before longitudes; is {meant} meant?") from None


def _degrees(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not -180 <= value <= 180:
        raise Wrong(f"is {_IN_AREA}")
    return float(value)


def _geojson(path: Path, named: str) -> Any:
    """Raises Wrong."""
    shown = one_line(named)[:100]
    try:
        if not path.is_file():
            raise Wrong(f"names {shown!r}, which is no file")
        with path.open("rb") as file:
            content = file.read(_AREA_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Wrong(f"names {shown!r}, which cannot be read") from error
    if len(content) > _AREA_BYTES:
        raise Wrong(f"names {shown!r}, which has more than {_AREA_BYTES} bytes")
    try:
        return decode(content)
    except BadJson as error:
        raise Wrong(f"names {shown!r}, which holds no JSON") from error


def _version(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong('has a version without quotes: write it like "1.2.0"')
    if len(value) > _VERSION_CHARACTERS or version_key(value) is None:
        raise Wrong(f"has {one_line(value)[:40]!r}, which is no version such as 1.2.0 or 1.3rc1")
    return value


def _feature(name: str) -> str:
    if name not in FEATURES:
        said = one_line(name)[:40]
        raise Wrong(f"has {said!r}, which is no feature; {proposal(name, FEATURES)}")
    return name


def _role(name: str) -> str:
    if name not in ROLES:
        raise Wrong(f"has {one_line(name)[:40]!r}, which is no role; {proposal(name, ROLES)}")
    return name


def _chosen(value: object, read: Callable[[str], str], said: str) -> tuple[str, ...]:
    """At least one of a few names, each once."""
    items: Sequence[object] = value if isinstance(value, list) else ()
    names = [item for item in items if isinstance(item, str)]
    if not names or len(names) != len(items):
        raise Wrong(said)
    return tuple(dict.fromkeys(read(name) for name in names))
