"""The map on a screen."""

from textual.app import App, ComposeResult

from civictui.domain.model import GeoPoint
from civictui.geo.area_map import Mark
from civictui.widgets.map_view import MapView

REPORT = GeoPoint(13.0768342, 77.7886087)
OTHER = Mark(GeoPoint(13.0763398, 77.7897071))
PERSON = GeoPoint(13.0755, 77.79)


class Shell(App[None]):
    CSS = "MapView { height: 1fr; }"

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.map = MapView(ascii_only=ascii_only)

    def compose(self) -> ComposeResult:
        yield self.map


def lines(view: MapView) -> list[str]:
    return [view.render_line(y).text for y in range(view.size.height)]


async def test_a_map_with_words_below() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER], PERSON)
        drawn = lines(app.map)
        assert {len(line) for line in drawn} == {80}
        assert drawn[-2].rstrip() == "13.076834, 77.788609  210 m NW of you"
        assert drawn[-1].rstrip() == "X this report  o others (2-9: several)  @ you"
        chart = "".join(drawn[:-3])
        assert [chart.count(sign) for sign in "Xo@"] == [1, 1, 1]
        assert drawn[-3].endswith("N^")


async def test_without_a_position_nobody_is_on_the_map() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [])
        assert app.map.words == "13.076834, 77.788609"
        assert app.map.legend == "X this report"


async def test_without_a_place_there_are_only_words() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        assert lines(app.map)[0].rstrip() == "no location"
        app.map.show(None, [OTHER], PERSON)
        drawn = lines(app.map)
        assert drawn[0].rstrip() == "no location"
        assert not "".join(drawn[2:]).strip()


async def test_it_draws_again_after_a_resize() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.map.show(REPORT, [OTHER], PERSON)
        before = lines(app.map)
        await pilot.resize_terminal(60, 16)
        after = lines(app.map)
        assert (len(before), len(after)) == (24, 16)
        assert {len(line) for line in after} == {60}
        assert "X" in "".join(after)


async def test_where_there_is_no_room_for_a_map_the_words_stay() -> None:
    app = Shell()
    async with app.run_test(size=(40, 5)):
        app.map.show(REPORT, [OTHER], PERSON)
        assert lines(app.map)[0].startswith("13.076834, 77.788609  210 m NW")
        assert lines(app.map)[2].strip() == ""


async def test_in_ascii_all_is_ascii() -> None:
    app = Shell(ascii_only=True)
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER], PERSON)
        assert "".join(lines(app.map)).isascii()


async def test_signs_have_styles_and_differ_without_them() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER], PERSON)
        segments = [piece for y in range(21) for piece in app.map.render_line(y)]
        chosen = next(piece for piece in segments if piece.text == "X")
        plain = next(piece for piece in segments if piece.text == "o")
        assert chosen.style is not None
        assert chosen.style.reverse
        assert chosen.style != plain.style
