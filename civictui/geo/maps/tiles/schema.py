"""Which features of a vector tile are drawn, and as what.

Two schemas are known: OpenMapTiles (a feature's `class`) and Protomaps (its `kind`). Their layers
have different names, except for some that mean the same in both, so that no map has to say which
it is.
Sources: openmaptiles.org/schema, docs.protomaps.com/basemaps/layers.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

Said = Mapping[str, str | float]
"""What a feature says: values by their keys."""

KEYS = frozenset({
    "class", "subclass", "kind", "pmap:kind", "kind_detail", "brunnel", "is_tunnel", "admin_level",
    "pmap:min_admin_level", "maritime", "name", "name:latin", "name:en", "name_en", "ref",
})  # fmt: skip
"""The keys whose values are looked at."""

NEAR_LAYERS = frozenset({"building", "buildings"})
"""Layers that are drawn only where streets are wide apart."""

_MAIN = {"motorway", "trunk", "primary", "highway", "major_road"}
_MEDIUM = {"secondary", "tertiary", "medium_road"}
_MINOR = {"minor", "minor_road", "busway", "raceway", "other"}
_NEAR = {"track", "path", "pedestrian"}
_RAIL = {"rail", "transit", "light_rail", "tram", "subway", "funicular", "monorail"}
_GREEN = {
    "grass", "wood", "forest", "park", "cemetery", "pitch", "playground", "national_park", "garden",
    "nature_reserve", "golf_course", "recreation_ground", "grassland", "scrub", "zoo", "meadow",
    "village_green", "protected_area", "allotments",
}  # fmt: skip
_PLACES = {
    "continent": 99, "country": 98, "state": 90, "region": 90, "province": 90, "city": 88,
    "town": 80, "locality": 78, "village": 72, "borough": 66, "suburb": 64, "quarter": 60,
    "macrohood": 60, "neighbourhood": 56, "hamlet": 50, "square": 46, "island": 46,
}  # fmt: skip
"""How much the name of a place weighs against others that want the same room."""
DISTRICT, TOWN = 66, 67
"""Below and from which a place is a part of a town or a town."""


class Role(NamedTuple):
    """What a feature is drawn as: the style of an area or a line, or "" for a name alone."""

    style: str = ""
    near: bool = False
    """Only where streets are wide apart."""
    name: str = ""
    latin: str = ""
    """The name in Latin letters, where the map has it."""
    weight: int = 0


_NOTHING = Role()


def role_of(layer: str, said: Said) -> Role:
    """What a feature of a layer is; a role without style and name is not drawn."""
    rule = _RULES.get(layer)
    return rule(layer, _kind(said), said) if rule else _NOTHING


def _kind(said: Said) -> str:
    return str(said.get("class") or said.get("kind") or said.get("pmap:kind") or "")


def _road(layer: str, kind: str, said: Said) -> Role:
    hidden = said.get("brunnel") == "tunnel" or said.get("is_tunnel")
    if kind in _MAIN:
        role = Role("road-main", weight=36)
    elif kind in _MEDIUM:
        role = Role("road", weight=32)
    elif kind in _MINOR:
        near = said.get("kind_detail") in {"service", "driveway"}
        role = Role("road", near=near, weight=24)
    elif kind in _RAIL and not hidden:
        return Role("rail")
    elif kind == "pier":
        return Role("coast")
    elif kind == "service":
        role = Role("road", near=True)
    elif kind in _NEAR:
        role = Role("path", near=True)
    else:
        return _NOTHING
    return _named(role, said) if layer == "roads" and role.weight else role


def _street_name(_: str, kind: str, said: Said) -> Role:
    weight = 36 if kind in _MAIN else 32 if kind in _MEDIUM else 24 if kind in _MINOR else 0
    return _named(Role(weight=weight), said) if weight else _NOTHING


def _water(layer: str, kind: str, said: Said) -> Role:
    if said.get("brunnel") == "tunnel" or kind == "swimming_pool":
        return _NOTHING
    weight = 58 if kind in {"ocean", "sea"} else 40
    return _named(Role("water", weight=weight), said) if layer != "waterway" else Role("water")


def _land(layer: str, kind: str, said: Said) -> Role:
    green = kind in _GREEN or str(said.get("subclass", "")) in _GREEN
    if not green and layer != "park":
        return _NOTHING
    return _named(Role("park", weight=38), said)


def _building(_: str, kind: str, __: Said) -> Role:
    return Role("building", near=True) if kind != "building_part" else _NOTHING


def _runway(_: str, kind: str, __: Said) -> Role:
    return Role("road") if kind in {"runway", "taxiway"} else _NOTHING


def _border(_: str, kind: str, said: Said) -> Role:
    """Those of countries and states; on land, since at sea they are lines in nothing."""
    level = said.get("admin_level") or said.get("pmap:min_admin_level") or 0
    high = kind in {"country", "region"} or (isinstance(level, float) and 1 < level <= 4)
    return Role("border") if high and not said.get("maritime") else _NOTHING


def _place(_: str, kind: str, said: Said) -> Role:
    detail = str(said.get("kind_detail", ""))
    weight = _PLACES.get(detail if detail in {"city", "town", "village"} else kind, 0)
    return _named(Role(weight=weight), said) if weight else _NOTHING


def _name_alone(layer: str, kind: str, said: Said) -> Role:
    if layer == "mountain_peak":
        return _named(Role(weight=30), said)
    return _named(Role(weight=58 if kind in {"ocean", "sea"} else 40), said)


def _named(role: Role, said: Said) -> Role:
    latin = str(said.get("name:latin") or said.get("name:en") or said.get("name_en") or "")
    name = str(said.get("name") or latin)
    return role._replace(name=name, latin=latin) if name else role


_Rule = Callable[[str, str, Said], Role]
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("transportation", "roads", "transit"), _road),
    **dict.fromkeys(("water", "waterway", "physical_line"), _water),
    **dict.fromkeys(("landcover", "landuse", "park", "natural"), _land),
    **dict.fromkeys(("boundary", "boundaries"), _border),
    **dict.fromkeys(("place", "places"), _place),
    **dict.fromkeys(("water_name", "physical_point", "mountain_peak"), _name_alone),
    **dict.fromkeys(NEAR_LAYERS, _building),
    "transportation_name": _street_name,
    "aeroway": _runway,
}
LAYERS = frozenset(_RULES)
"""Layers that are looked at. What is in others (shops, house numbers) is never taken apart."""
