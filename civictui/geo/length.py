"""Lengths as people write them: `500`, `500 m`, `1.5 km`, `300 ft`, `0.5 mi`."""

import re
from typing import Final

from civictui.domain.text import one_line

LONGEST: Final = 20_100_000
"""Metres: half around the earth, beyond which nothing is."""
_METERS: Final = {
    "": 1.0, "m": 1.0, "km": 1000.0, "ft": 0.3048, "feet": 0.3048, "yd": 0.9144,
    "mi": 1609.344, "mile": 1609.344, "miles": 1609.344,
}  # fmt: skip
_WRITTEN: Final = re.compile(r"([0-9]{1,8}(?:[.,][0-9]{1,3})?|[.,][0-9]{1,3}) ?([a-z]*)")


def read(text: str) -> int | None:
    """Metres, 0 for nothing written; None for what is no length.

    A comma is read as a point: nobody writes the thousands of a distance that one walks.
    """
    written = one_line(text).lower()
    if not written:
        return 0
    found = _WRITTEN.fullmatch(written)
    if found is None or found[2] not in _METERS:
        return None
    meters = round(float(found[1].replace(",", ".")) * _METERS[found[2]])
    return meters if 0 < meters <= LONGEST else None
