"""Which areas have ground in common, compared with a way that is slow and plain."""

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint
from civictui.gateway.area import Area
from civictui.gateway.policy.overlap import overlap

Ring: TypeAlias = list[list[float]]


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def area(*polygons: list[Ring]) -> Area:
    return Area.from_geojson({"type": "MultiPolygon", "coordinates": list(polygons)})


TRIANGLE: Ring = [[0, 0], [4, 0], [0, 4], [0, 0]]
DIAMOND: Ring = [[2, 0], [4, 2], [2, 4], [0, 2], [2, 0]]
RING = area([box(0, 0, 9, 9), box(3, 3, 6, 6)])


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (area([box(0, 0, 2, 2)]), area([box(1, 1, 3, 3)]), True),
        (area([box(0, 0, 2, 2)]), area([box(2, 0, 4, 2)]), False),  # a border
        (area([box(0, 0, 2, 2)]), area([box(2, 2, 4, 4)]), False),  # a corner
        (area([box(0, 0, 2, 2)]), area([box(0, 0, 2, 2)]), True),
        (area([box(0, 0, 9, 9)]), area([box(4, 4, 5, 5)]), True),
        (area([box(0, 1, 9, 2)]), area([box(4, 0, 5, 9)]), True),  # a cross: no corner in either
        (area([TRIANGLE]), area([box(2, 2, 4, 4)]), False),  # a slope through a corner
        (area([TRIANGLE]), area([[[4, 4], [4, 0], [0, 4], [4, 4]]]), False),  # a sloping border
        (area([DIAMOND]), area([box(0, 0, 4, 4)]), True),  # corners on edges alone
        (RING, area([box(4, 4, 5, 5)]), False),  # wholly in the hole
        (RING, area([box(3, 3, 6, 6)]), False),  # the hole itself
        (RING, area([box(4, 4, 7, 5)]), True),
        (area([box(0, 0, 1, 1)], [box(5, 5, 6, 6)]), area([box(5, 5, 9, 9)]), True),
        (area([box(0, 0, 1, 1)], [box(5, 5, 6, 6)]), area([box(2, 2, 4, 4)]), False),
        (area([box(0, 0, 2, 2)]), area([box(1.9999999, 0, 4, 2)]), False),  # a millimeter
        (area([box(0, 0, 2, 2)]), area([box(1.9999, 0, 4, 2)]), True),
    ],
)
def test_areas_that_have_ground_in_common(one: Area, other: Area, together: bool) -> None:
    assert overlap(one, other) is together
    assert overlap(other, one) is together


CORNERS = st.integers(0, 6)


@given(*[st.tuples(CORNERS, CORNERS, st.integers(1, 5), st.integers(1, 5), st.booleans())] * 2)
def test_on_a_grid_it_is_what_the_cells_say(
    one: tuple[int, int, int, int, bool], other: tuple[int, int, int, int, bool]
) -> None:
    """Boxes, some with a hole, whose corners are whole degrees: cells tell where they cover."""

    def made(x: int, y: int, width: int, height: int, has_hole: bool) -> Area:
        rings = [box(x, y, x + width, y + height)]
        if has_hole and width > 2 and height > 2:
            rings.append(box(x + 1, y + 1, x + width - 1, y + height - 1))
        return area(rings)

    mine, yours = made(*one), made(*other)
    cells = [GeoPoint(y + 0.5, x + 0.5) for x, y in product(range(12), repeat=2)]
    together = any(mine.covers(cell) and yours.covers(cell) for cell in cells)
    assert overlap(mine, yours) is together


def zigzag(along: bool, side: float) -> Area:
    """One side of a border with 2,000 corners, which runs east or north."""
    border = [[at / 20_000, 0.0005 * (at % 2)] for at in range(1990)]
    ring = [*border, [border[-1][0], side], [0, side], border[0]]
    return area([ring if along else [[y, x] for x, y in ring]])


@pytest.mark.parametrize("along", [True, False])
def test_a_long_border_that_two_districts_share(along: bool) -> None:
    north, south = zigzag(along, 0.1), zigzag(along, -0.1)
    assert not overlap(north, south)
    assert overlap(north, zigzag(along, 0.2))
