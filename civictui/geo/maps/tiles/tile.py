"""A tile read for drawing: paths in its unit square, sorted by what they are drawn as."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError
from PIL import ImagePath

from civictui.domain.errors import MapError
from civictui.domain.text import one_line
from civictui.geo.maps.tiles import messages
from civictui.geo.maps.tiles.geometry import LINE, POINT, POLYGON, Part, parts, polygons
from civictui.geo.maps.tiles.schema import KEYS, LAYERS, NEAR_LAYERS, Role, Said, role_of

_MOST_LAYERS, _MOST_FEATURES, _MOST_NUMBERS = 200, 30_000, 500_000
"""Of a tile; what is beyond was made to take long. Real ones stay below a third of this."""
_MOST_OF_RING = 40_000
"""Numbers of one ring. Pillow fills it in one go, which nothing interrupts: with ten times as many
the keyboard would wait for seconds."""
_MOST_KEYS = 10_000
_MOST_HOLED = 400
"""Areas with holes that are drawn of a tile; each needs a mask of its own."""
_FAR = 4.0
"""How far outside of its tile a feature may reach, in tiles."""
_LONGEST_NAME = 60

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; the tile is 0 to 1."""


class Shape(NamedTuple):
    """A line, or an area with its holes."""

    paths: tuple[ImagePath.Path, ...]
    box: Box


class Name(NamedTuple):
    """A name, along its line or around its point."""

    text: str
    latin: str
    weight: int
    path: ImagePath.Path
    box: Box
    along: bool


@dataclass(slots=True)
class Tile:
    """What is drawn of a tile. `size` is about how many bytes of memory it takes."""

    areas: dict[str, list[Shape]] = field(default_factory=dict)
    lines: dict[str, list[Shape]] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    size: int = 500

    @property
    def is_empty(self) -> bool:
        return not (self.areas or self.lines or self.names)


def read_tile(content: bytes, *, near: bool) -> Tile:
    """Take a tile apart; `near` is with what is drawn only where streets are wide apart.

    Raises MapError for what is no tile.
    """
    tile = Tile()
    if not content:
        return tile
    reading = _Reading(tile, near)
    try:
        layers = messages.Tile.FromString(content).layers
        if len(layers) > _MOST_LAYERS:
            raise MapError("A tile in the map has too many layers")
        for raw in layers:
            name = messages.LayerName.FromString(raw).name.decode("utf-8", "replace")
            if name in LAYERS and (near or name not in NEAR_LAYERS):
                reading.layer(name, messages.Layer.FromString(raw))
    except DecodeError as error:
        raise MapError("A tile in the map is damaged") from error
    return tile


class _Reading:
    """One tile on its way, with what is left of its bounds."""

    def __init__(self, tile: Tile, near: bool) -> None:
        self._tile = tile
        self._near = near
        self._features = _MOST_FEATURES
        self._numbers = _MOST_NUMBERS
        self._holed = _MOST_HOLED

    def layer(self, name: str, layer: Any) -> None:
        words = _Words(layer)
        roles: dict[tuple[int, ...], Role] = {}
        scale = 1 / (layer.extent or 4096)
        for raw in layer.features:
            self._features -= 1
            if self._features < 0 or self._numbers < 0:
                return
            feature = messages.Feature.FromString(raw)
            tags = tuple(feature.tags)
            role = roles.get(tags)
            if role is None:
                role = roles[tags] = role_of(name, words.said(tags))
            if (role.style or role.name) and (self._near or not role.near):
                self._feature(role, feature, scale)

    def _feature(self, role: Role, feature: Any, scale: float) -> None:
        commands = list(feature.geometry)
        self._numbers -= len(commands)
        if self._numbers < 0:
            return
        if feature.type == POLYGON:
            self._area(role, commands, scale)
        elif feature.type in {LINE, POINT}:
            for part in parts(commands):
                if shape := self._shape([part], scale):
                    self._line(role, shape, feature.type == LINE)

    def _area(self, role: Role, commands: Sequence[int], scale: float) -> None:
        kept = self._tile.lines if role.style in {"coast", "path"} else self._tile.areas
        for rings in polygons(commands):
            if len(rings) > 1:
                self._holed -= 1
            shape = self._shape(rings if self._holed > 0 else rings[:1], scale)
            if shape and role.style:
                kept.setdefault(role.style, []).append(shape)
            if shape and role.name:
                left, top, right, bottom = shape.box
                middle = ImagePath.Path([((left + right) / 2, (top + bottom) / 2)])
                self._name(role, Shape((middle,), shape.box), along=False)

    def _line(self, role: Role, shape: Shape, along: bool) -> None:
        if role.style and along and len(shape.paths[0]) > 1:
            self._tile.lines.setdefault(role.style, []).append(shape)
        if role.name:
            self._name(role, shape, along=along)

    def _name(self, role: Role, shape: Shape, *, along: bool) -> None:
        text, latin = one_line(role.name)[:_LONGEST_NAME], one_line(role.latin)[:_LONGEST_NAME]
        if text:
            name = Name(text, latin, role.weight, shape.paths[0], shape.box, along)
            self._tile.names.append(name)

    def _shape(self, rings: Sequence[Part], scale: float) -> Shape | None:
        """Paths in parts of the tile; None for what lies far outside of it."""
        paths = []
        for ring in rings:
            if len(ring) > _MOST_OF_RING:
                return None
            path = ImagePath.Path(ring)
            path.transform((scale, 0, 0, 0, scale, 0))
            paths.append(path)
            self._tile.size += 200 + 8 * len(ring)
        box = paths[0].getbbox()
        inside = box[0] > -_FAR and box[1] > -_FAR and box[2] < 1 + _FAR and box[3] < 1 + _FAR
        return Shape(tuple(paths), box) if inside else None


class _Words:
    """The keys and values of a layer, read when they are asked for."""

    def __init__(self, layer: Any) -> None:
        keys = (key.decode("utf-8", "replace") for key in islice(layer.keys, _MOST_KEYS))
        self._keys = {at: key for at, key in enumerate(keys) if key in KEYS}
        self._raw = layer.values
        self._values: dict[int, str | float] = {}

    def said(self, tags: Sequence[int]) -> Said:
        return dict(self._pairs(tags))

    def _pairs(self, tags: Sequence[int]) -> Iterator[tuple[str, str | float]]:
        for key, value in zip(tags[0::2], tags[1::2], strict=False):
            if key in self._keys and value < len(self._raw):
                if value not in self._values:
                    self._values[value] = _value(messages.Value.FromString(self._raw[value]))
                yield self._keys[key], self._values[value]


def _value(message: Any) -> str | float:
    """A text, or any number as a float; nothing is an empty text."""
    for found, value in message.ListFields():
        if found.name == "string":
            return str(value[:400].decode("utf-8", "replace"))
        return float(value)
    return ""
