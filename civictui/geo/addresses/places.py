"""The nearest town of a place, from a table that comes with the program.

The table is GeoNames' cities of more than 15,000 people (CC BY 4.0), packed by
`tools/make_places.py` in the order of their latitudes:

    count u32 | latitudes i32 | longitudes i32 | ends of the names u32 | names, UTF-8

Numbers are little-endian, angles in 0.00001 degrees. All of it is 0.9 MB in memory, read at the
first question; a question looks at the towns in one band of latitude.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from functools import cache
from importlib.resources import files
from math import cos, hypot, radians

from civictui.domain.model import AddressProposal, AddressSource, GeoPoint

NEAR_METERS = 25_000.0
"""A town further away than this says nothing of a place."""
UNIT = 100_000
"""Parts of a degree."""
_DEGREE_METERS = 111_195.0
_NUMBER = 4


class Towns:
    """The table, as columns: an object for each town would cost ten times the memory."""

    def __init__(self, content: bytes) -> None:
        count = int.from_bytes(content[:_NUMBER], "little")
        columns = [_column(content, place, count, code) for place, code in enumerate("iiI")]
        self._latitudes, self._longitudes, self._ends = columns
        self._names = content[_NUMBER * (1 + 3 * count) :]

    def __len__(self) -> int:
        return len(self._ends)

    def nearest(self, point: GeoPoint) -> tuple[str, float] | None:
        """(name, metres) of the town that is nearest, None where none is near."""
        reach = NEAR_METERS / _DEGREE_METERS
        first = bisect_left(self._latitudes, round((point.latitude - reach) * UNIT))
        end = bisect_right(self._latitudes, round((point.latitude + reach) * UNIT))
        found = min(((self._meters(n, point), n) for n in range(first, end)), default=None)
        if found is None or found[0] > NEAR_METERS:
            return None
        return self._name(found[1]), found[0]

    def _meters(self, number: int, point: GeoPoint) -> float:
        """On a plane: within a hundredth of the truth at this distance, but at the poles."""
        north = self._latitudes[number] / UNIT - point.latitude
        east = abs(self._longitudes[number] / UNIT - point.longitude)
        east = min(east, 360 - east) * cos(radians(point.latitude))
        return _DEGREE_METERS * hypot(north, east)

    def _name(self, number: int) -> str:
        begin = self._ends[number - 1] if number else 0
        return self._names[begin : self._ends[number]].decode()


def _column(content: bytes, place: int, count: int, code: str) -> "array[int]":
    column = array(code)
    begin = _NUMBER * (1 + place * count)
    column.frombytes(content[begin : begin + _NUMBER * count])
    if sys.byteorder == "big":
        column.byteswap()
    return column


@cache
def _towns() -> Towns:
    return Towns(files("civictui.geo").joinpath("assets/places.bin").read_bytes())


def nearest(point: GeoPoint) -> AddressProposal | None:
    """The nearest town as an address, `Oakland, CA, US`; None far from any."""
    found = _towns().nearest(point)
    if found is None:
        return None
    name, meters = found
    return AddressProposal(name, AddressSource.OFFLINE, meters, is_town=True)
