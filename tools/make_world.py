"""Make civictui/geo/assets/world.bin: the outline of the world for maps without tiles.

    python tools/make_world.py countries-110m.json

The source is Natural Earth 1:110m (public domain) as TopoJSON, from the npm package world-atlas
2.0.2. The format is explained in civictui/geo/maps/world.py.
"""

import json
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from shapely import Polygon, box, make_valid

from civictui.domain.model import GeoPoint
from civictui.geo.projection import to_world

TARGET = Path("civictui/geo/assets/world.bin")
EDGE = 65_535
HALF = EDGE // 2
Point = tuple[int, int]


def main(source: Path) -> None:
    topology = json.loads(source.read_text("utf-8"))
    arcs = [_arc(topology, arc) for arc in topology["arcs"]]
    countries = topology["objects"]["countries"]["geometries"]
    used = Counter(_index(arc) for country in countries for ring in _rings(country) for arc in ring)
    coasts, borders = (
        [line for arc, times in used.items() if (times > 1) == shared for line in _split(arcs[arc])]
        for shared in (False, True)
    )
    bodies = [[_polygon(arcs, ring) for ring in _rings(country)] for country in countries]
    land = [ring for body in bodies for polygon in body for ring in _cut(polygon)]
    names = [
        _named(body, country["properties"]["name"])
        for body, country in zip(bodies, countries, strict=True)
    ]
    packed = b"".join(map(_packed, (land, coasts, borders)))
    packed += json.dumps(sorted(names), ensure_ascii=True, separators=(",", ":")).encode()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(zlib.compress(packed, 9))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


def _index(arc: int) -> int:
    """A negative number is an arc that runs backwards."""
    return arc if arc >= 0 else ~arc


def _arc(topology: Any, arc: Sequence[Sequence[int]]) -> list[Point]:
    (wide, high), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    xs, ys = (list(accumulate(steps)) for steps in zip(*arc, strict=True))
    return [_point(x * wide + left, y * high + low) for x, y in zip(xs, ys, strict=True)]


def _point(longitude: float, latitude: float) -> Point:
    x, y = to_world(GeoPoint(latitude, longitude))
    return round(min(1, max(0, x)) * EDGE), round(min(1, max(0, y)) * EDGE)


def _rings(country: Any) -> Iterator[list[int]]:
    """The outer rings; holes are other countries, which are drawn too."""
    whole = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    for polygon in whole:
        yield polygon[0]


def _polygon(arcs: Sequence[list[Point]], ring: Sequence[int]) -> Polygon:
    """A ring in one piece, over the date line too; what goes around the pole is closed there."""
    points: list[Point] = []
    for arc in ring:
        part = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        points += part[bool(points) :]
    whole = [points[0]]
    for x, y in points[1:]:
        before = whole[-1][0]
        whole.append((x + EDGE * round((before - x) / EDGE), y))
    if abs(whole[-1][0] - whole[0][0]) > HALF:
        whole += [(whole[-1][0], EDGE), (whole[0][0], EDGE)]
    return make_valid(Polygon(whole))


def _cut(polygon: Any) -> Iterator[list[Point]]:
    """The outer rings of what lies in the square, from each side of the date line."""
    for turn in (-1, 0, 1):
        piece = polygon.intersection(box(turn * EDGE, 0, (turn + 1) * EDGE, EDGE))
        for part in getattr(piece, "geoms", [piece]):
            if part.geom_type == "Polygon" and not part.is_empty:
                yield [(round(x) - turn * EDGE, round(y)) for x, y in part.exterior.coords]


def _split(line: Sequence[Point]) -> Iterator[list[Point]]:
    """A line, broken where it leaps over the date line or runs along the edge of the square."""
    part = [line[0]]
    for before, after in pairwise(line):
        along = before[0] == after[0] and after[0] in {0, EDGE}
        if along or abs(before[0] - after[0]) > HALF or before[1] == after[1] == EDGE:
            if len(part) > 1:
                yield part
            part = []
        part.append(after)
    if len(part) > 1:
        yield part


def _named(body: Sequence[Any], name: str) -> tuple[int, int, int, str]:
    """How large on the map (negative, so that the largest come first), a place inside, the name."""
    largest = max(body, key=lambda polygon: polygon.area)
    inside = largest.centroid if largest.contains(largest.centroid) else None
    place = inside or largest.representative_point()
    return -round(largest.area), round(place.x) % EDGE, round(place.y), name


def _packed(paths: Sequence[Sequence[Point]]) -> bytes:
    parts = [struct.pack("<H", len(paths))]
    for path in paths:
        flat = [number for point in path for number in point]
        parts.append(struct.pack(f"<H{len(flat)}H", len(path), *flat))
    return b"".join(parts)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
