"""The map of a place on a screen."""

from textual.app import App, ComposeResult

from civictui.domain.model import GeoPoint, RowState, Spot
from civictui.terminal.capability import Capability
from civictui.widgets.map.atlas import Atlas
from civictui.widgets.map.chart_view import ChartView
from civictui.widgets.map.map_view import MapView
from civictui.widgets.words_line import WordsLine
from tests.stage import until

REPORT = GeoPoint(13.0768342, 77.7886087)
OTHER = Spot("other", GeoPoint(13.0763398, 77.7897071), RowState.NEEDS_YOU)
PERSON = GeoPoint(13.0755, 77.79)


class Shell(App[None]):
    CSS = "MapView { height: 1fr; }"

    def __init__(self, capability: Capability | None = None) -> None:
        super().__init__()
        self.map = MapView(Atlas(None, capability or Capability()))

    def compose(self) -> ComposeResult:
        yield self.map

    @property
    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]

    async def draws(self, words: str) -> None:
        """Wait until the legend, which comes with the map, reads so."""
        line = self.map.query_one("#legend", WordsLine)
        await until(lambda: line.left == words)


async def test_a_map_with_words_below() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER], PERSON)
        await app.draws("X this report · ! needs you · @ you")
        drawn = app.lines
        assert {len(line) for line in drawn} == {80}
        assert drawn[-2].rstrip() == "210 m NW of you · 13.076834, 77.788609"
        assert drawn[-1].rstrip() == "X this report · ! needs you · @ you"
        chart = "".join(drawn[:-3])
        assert [chart.count(sign) for sign in "X!@"] == [1, 1, 1]
        assert drawn[-3].endswith("N^")


async def test_reports_in_one_cell_are_counted() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER, OTHER._replace(id="third")])
        await app.draws("X this report · 2 several")
        assert "".join(app.lines[:-3]).count("2") >= 1


async def test_without_a_position_nobody_is_on_the_map() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [])
        await app.draws("X this report")
        assert app.map.words == "13.076834, 77.788609"


async def test_without_a_place_there_are_only_words() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.map.show(None, [OTHER], PERSON)
        await pilot.pause()
        drawn = app.lines
        assert drawn[0].rstrip() == "no location"
        assert not "".join(drawn[2:]).strip()


async def test_it_draws_again_after_a_resize() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.map.show(REPORT, [OTHER], PERSON)
        await app.draws("X this report · ! needs you · @ you")
        await pilot.resize_terminal(60, 16)
        chart = app.map.query_one(ChartView)
        await until(lambda: [len(row) for row in chart._rows] == [60] * 14)
        await pilot.pause()
        after = app.lines
        assert {len(line) for line in after} == {60}
        assert "X" in "".join(after[:-2])


async def test_where_there_is_no_room_for_a_map_the_words_stay() -> None:
    app = Shell()
    async with app.run_test(size=(40, 5)) as pilot:
        app.map.show(REPORT, [OTHER], PERSON)
        await pilot.pause()
        assert app.lines[0].startswith("210 m NW of you · 13.076834")
        assert app.lines[2].strip() == ""


async def test_in_ascii_all_of_the_map_is_ascii() -> None:
    app = Shell(Capability(utf8=False))
    async with app.run_test(size=(80, 24)):
        app.map.show(REPORT, [OTHER], PERSON)
        await app.draws("X this report · ! needs you · @ you")
        assert "".join(app.lines[:-2]).isascii()


async def test_signs_have_styles_and_differ_without_them() -> None:
    app = Shell()
    async with app.run_test(size=(80, 24)) as pilot:
        app.map.show(REPORT, [OTHER], PERSON)
        await app.draws("X this report · ! needs you · @ you")
        await pilot.pause()
        chart = app.map.query_one(ChartView)
        segments = [piece for y in range(21) for piece in chart.render_line(y)]
        chosen = next(piece for piece in segments if piece.text == "X")
        plain = next(piece for piece in segments if piece.text == "!")
        assert chosen.style != plain.style
