"""Many reports on one map."""

import random

import pytest

from civictui.domain.model import GeoPoint, RowState, Spot
from civictui.geo.maps.area_map import View
from civictui.geo.maps.view import ACROSS
from civictui.widgets.map.crowd import Crowd, cell_of, sign_of
from civictui.widgets.map.frames import legend
from civictui.widgets.map.reach import Reach

CENTER = GeoPoint(37.77, -122.41)
VIEW = View.of(CENTER, 80, 20, 2_000)


def spot(name: str, latitude: float, longitude: float, state: RowState = RowState.SENT) -> Spot:
    return Spot(name, GeoPoint(latitude, longitude), state)


def at_cell(name: str, column: int, row: int, state: RowState = RowState.SENT) -> Spot:
    return Spot(name, VIEW.point(column, row), state)


def test_each_report_has_the_sign_of_its_state_where_it_lies() -> None:
    spots = [at_cell(state.name, number, 3, state) for number, state in enumerate(RowState)]
    crowd = Crowd(spots)
    marks = crowd.marks(VIEW, crowd.cells(VIEW))
    assert [VIEW.cell(mark.point) for mark in marks] == [(n, 3) for n in range(len(RowState))]
    assert "".join(mark.sign for mark in marks) == "✎↑⇡✓!≠"


@pytest.mark.parametrize(("count", "sign"), [(2, "2"), (9, "9"), (10, "+"), (3_000, "+")])
def test_reports_in_one_cell_are_one_mark(count: int, sign: str) -> None:
    crowd = Crowd(at_cell(str(number), 7, 7) for number in range(count))
    assert [mark.sign for mark in crowd.marks(VIEW, crowd.cells(VIEW))] == [sign]


def test_in_ascii_every_sign_is_ascii_and_all_differ() -> None:
    crowd = Crowd(at_cell(str(number), 7, 7) for number in range(10))
    signs = [sign_of(state, ascii_only=True) for state in RowState if state is not RowState.DRAFT]
    signs += [mark.sign for mark in crowd.marks(VIEW, crowd.cells(VIEW), ascii_only=True)]
    assert "".join(signs).isascii()
    assert len(set(signs)) == len(signs)


def test_what_is_out_of_sight_has_no_mark() -> None:
    crowd = Crowd([spot("far", 38.5, -122.41), spot("other side", -37.77, 57.59)])
    assert crowd.cells(VIEW) == {}


def test_across_the_date_line_both_sides_are_in_sight() -> None:
    view = View.of(GeoPoint(-17.0, 179.999), 80, 20, 5_000)
    crowd = Crowd([spot("west", -17.0, 179.99), spot("east", -17.0, -179.99)])
    assert len(crowd.cells(view)) == 2
    assert [view.cell(place.point) for place in crowd.spots] == list(crowd.cells(view))


def test_the_whole_world_is_in_sight_at_once() -> None:
    view = View(GeoPoint(20, 0), 80, 40, 1 / (80 * ACROSS))
    rng = random.Random(1)
    places = [(rng.uniform(-60, 60), rng.uniform(-180, 180)) for _ in range(300)]
    crowd = Crowd(spot(str(number), *place) for number, place in enumerate(places))
    assert sum(map(len, crowd.cells(view).values())) == 300


def test_a_cell_is_the_same_for_one_and_for_many() -> None:
    rng = random.Random(2)
    for _ in range(300):
        place = GeoPoint(37.77 + rng.uniform(-0.01, 0.01), -122.41 + rng.uniform(-0.01, 0.01))
        cells = Crowd([Spot("a", place, RowState.SENT)]).cells(VIEW)
        cell = cell_of(VIEW, place)
        assert list(cells) == ([cell] if VIEW.holds(cell) else [])


def test_the_nearest_to_the_centre_come_first_and_no_more_than_asked_for() -> None:
    crowd = Crowd([spot("c", 37.773, -122.41), spot("a", 37.7701, -122.41)])
    crowd = Crowd([*crowd.spots, spot("b", 37.77, -122.412)])
    near = crowd.nearest(VIEW, crowd.cells(VIEW), 2)
    assert [place.id for place in near] == ["a", "b"]


def test_the_legend_names_what_is_on_the_map() -> None:
    assert legend(frozenset("✓X"), chosen="selected") == "X selected · ✓ sent"
    assert legend(frozenset("3"), chosen="selected") == "3 several"
    assert legend(frozenset("35+@"), chosen="selected") == "@ you · 2-9 + several"
    assert legend(frozenset("o*"), ascii_only=True, chosen="") == "o sent · * several"


# --- how far the reports are known ---


def test_a_small_step_needs_no_question() -> None:
    reach = Reach.around(VIEW)
    assert reach.covers(VIEW)
    assert reach.covers(VIEW.panned(20, 5))
    assert reach.covers(VIEW.zoomed(2))
    assert not reach.covers(VIEW.panned(60, 0))
    assert not reach.covers(VIEW.panned(0, 15))
    assert not reach.covers(VIEW.zoomed(0.25))


def test_its_circle_has_all_of_its_box() -> None:
    reach = Reach.around(VIEW)
    assert 2_000 < reach.meters < 2_100 * 2
    assert Reach.around(View.of(GeoPoint(80, 0), 80, 20, 1_000_000)).meters > 1_000_000


def test_in_a_circle_a_square_is_known() -> None:
    reach = Reach.inside(CENTER, 2_000)
    assert 1_900 < reach.meters <= 2_000
    assert reach.covers(VIEW)
    assert not reach.covers(VIEW.zoomed(0.5))


def test_around_the_whole_world_nothing_is_out_of_reach() -> None:
    view = View(GeoPoint(20, 0), 80, 20, 1 / (80 * ACROSS))
    reach = Reach.around(view)
    assert reach.meters >= 20_000_000
    assert reach.covers(view.panned(30, 0))
