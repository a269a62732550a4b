import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.widgets.pictures.zoom import STEPS, Zoom

ROOM = (80, 42)
FITTED = (56, 42)

keys = st.lists(st.tuples(st.sampled_from(("closer", "aside")), st.integers(-1, 1)), max_size=40)
sides = st.integers(1, 200)


def test_the_whole_picture_has_its_own_size() -> None:
    sight = Zoom().sight(ROOM, FITTED)
    assert (sight.width, sight.height, sight.window) == (56, 42, (0.0, 0.0, 1.0, 1.0))


def test_closer_fills_the_room_before_it_leaves_something_out() -> None:
    sight = Zoom(step=STEPS.index(2.0)).sight(ROOM, FITTED)
    assert (sight.width, sight.height) == ROOM
    left, top, right, bottom = sight.window
    assert right - left == pytest.approx(80 / 112)
    assert (top, bottom) == (0.25, 0.75)


def test_a_step_to_the_side_is_a_quarter_of_what_is_seen() -> None:
    zoom = Zoom(step=STEPS.index(4.0))
    before = zoom.sight(ROOM, FITTED)
    after = zoom.shifted(0, 1, before).sight(ROOM, FITTED)
    assert after.window[1] - before.window[1] == pytest.approx(1 / 16)
    assert after.window[0::2] == before.window[0::2]


def test_the_way_back_begins_at_once_at_an_edge() -> None:
    zoom = Zoom(step=STEPS.index(4.0))
    for _ in range(50):
        zoom = zoom.shifted(1, 0, zoom.sight(ROOM, FITTED))
    edge = zoom.sight(ROOM, FITTED).window
    assert edge[2] == pytest.approx(1.0)
    assert zoom.shifted(-1, 0, zoom.sight(ROOM, FITTED)).sight(ROOM, FITTED).window[2] < 1.0


def test_closer_and_back_is_the_whole_in_the_middle() -> None:
    zoom = Zoom().closer(3).shifted(1, 1, Zoom().closer(3).sight(ROOM, FITTED))
    assert zoom.closer(-3) == Zoom()
    assert Zoom().closer(-1) == Zoom()
    assert Zoom().closer(100).factor == STEPS[-1]


@given(keys=keys, width=sides, height=sides, across=sides, down=sides)
def test_nothing_but_the_picture_is_ever_seen(
    keys: list[tuple[str, int]], width: int, height: int, across: int, down: int
) -> None:
    room = (width, 2 * height)
    fitted = (min(across, room[0]), min(2 * down, room[1]))
    zoom = Zoom()
    for key, step in keys:
        sight = zoom.sight(room, fitted)
        zoom = zoom.closer(step) if key == "closer" else zoom.shifted(step, step, sight)
        sight = zoom.sight(room, fitted)
        left, top, right, bottom = sight.window
        assert -1e-9 <= left < right <= 1 + 1e-9
        assert -1e-9 <= top < bottom <= 1 + 1e-9
        assert 1 <= sight.width <= room[0]
        assert 2 <= sight.height <= room[1]
        assert sight.height % 2 == 0
