"""One line from what a geocoder says in many fields.

geopy's own lines are not taken: of Photon's answers they have the house number before the street
everywhere, and the street twice; of Nominatim's the county, the region and the country.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from civictui.domain.model import GeoPoint
from civictui.domain.text import one_line
from civictui.geo import distance

PHOTON: Final = "photon"
NOMINATIM: Final = "nominatim"
FAR_METERS: Final = 1_000.0
"""An address that is further away is one of something else."""
LONGEST: Final = 300
_NUMBER_FIRST: Final = frozenset({"au", "ca", "fr", "gb", "ie", "in", "nz", "us", "za"})
"""Countries in which the house number stands before the street."""
_NAMES: Final = {
    PHOTON: {
        "number": ("housenumber",),
        "street": ("street",),
        "name": ("name",),
        "part": ("district", "locality"),
        "code": ("postcode",),
        "town": ("city", "county", "state"),
        "country": ("countrycode",),
    },
    NOMINATIM: {
        "number": ("house_number",),
        "street": ("road", "pedestrian", "footway", "path", "square"),
        "name": ("amenity", "building", "shop", "tourism", "leisure"),
        "part": ("neighbourhood", "suburb", "hamlet", "quarter"),
        "code": ("postcode",),
        "town": ("city", "town", "village", "municipality", "county", "state"),
        "country": ("country_code",),
    },
}
"""How each calls what an address is made of, the best name first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a geocoder found, and where that is."""

    text: str
    point: GeoPoint

    def is_near(self, asked: GeoPoint) -> bool:
        return distance.meters(self.point, asked) <= FAR_METERS


def written(kind: str, fields: Mapping[str, Any]) -> str:
    """`Lange Str. 7, 01067 Dresden`, `7 Main St, 94103 San Francisco`; "" of nothing."""
    said = {part: _first(fields, names) for part, names in _NAMES[kind].items()}
    street, number = said["street"], said["number"]
    if street and number:
        is_first = said["country"].lower() in _NUMBER_FIRST
        street = f"{number} {street}" if is_first else f"{street} {number}"
    where = street or said["name"] or said["part"]
    town = f"{said['code']} {said['town']}".strip() if said["town"] else ""
    return ", ".join(part for part in (where, town) if part)[:LONGEST]


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str:
    texts = (one_line(value) for name in names if isinstance(value := fields.get(name), str))
    return next(filter(None, texts), "")
