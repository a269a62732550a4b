"""A map is drawn beside the typing, and only what is new of it is sent."""

import threading
from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.geometry import Region

from civictui.domain.model import GeoPoint
from civictui.geo.maps.area_map import Chart, View
from civictui.geo.maps.canvas import Cell
from civictui.widgets.map.chart_view import ChartView, Frame
from tests.stage import until

VIEW = View.of(GeoPoint(37.77, -122.41), 20, 3, 1_000)


class Watched(ChartView):
    """Keeps what it had drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.renewed: list[Region] = []

    def refresh(self, *regions: Region, **options: bool) -> "Watched":
        self.renewed += regions
        super().refresh(*regions, **options)
        return self


class Shell(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chart = Watched()
        self.shown: list[Frame] = []

    def compose(self) -> ComposeResult:
        yield self.chart

    def draw(self, *lines: str, style: str = "road") -> None:
        self.chart.draw(lambda: frame(*lines, style=style), self.shown.append)

    async def shows(self, count: int) -> None:
        await until(lambda: len(self.shown) == count)


def frame(*lines: str, style: str = "road") -> Frame:
    rows = [[Cell(char, style) for char in line] for line in lines]
    return Frame(VIEW, Chart(rows))


def texts(chart: ChartView) -> list[str]:
    return [chart.render_line(y).text for y in range(3)]


async def test_a_frame_is_drawn_in_a_thread() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)):
        threads: list[threading.Thread] = []

        def make() -> Frame:
            threads.append(threading.current_thread())
            return frame("abcd", "efgh", "ijkl")

        app.chart.draw(make, app.shown.append)
        await app.shows(1)
        assert texts(app.chart) == ["abcd", "efgh", "ijkl"]
        assert threads[0] is not threading.main_thread()


async def test_of_several_wanted_while_one_is_drawn_the_last_is_drawn() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)):
        begun, free = threading.Event(), threading.Event()
        made: list[str] = []

        def making(name: str) -> Callable[[], Frame]:
            def make() -> Frame:
                begun.set()
                free.wait()
                made.append(name)
                return frame(name * 4)

            return make

        for name in "abcd":
            app.chart.draw(making(name), app.shown.append)
            await until(begun.is_set)
        before = texts(app.chart)
        free.set()
        await app.shows(2)
        assert before[0].strip() == ""
        assert made == ["a", "d"]
        assert texts(app.chart)[0] == "dddd"


async def test_only_what_is_new_is_drawn_again() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)) as pilot:
        app.draw("abcd", "efgh", "ijkl")
        await app.shows(1)
        await pilot.pause()
        app.chart.renewed.clear()
        app.draw("abcd", "eXYh", "ijkl")
        await app.shows(2)
        assert app.chart.renewed == [Region(1, 1, 2, 1)]
        app.chart.renewed.clear()
        app.draw("abcd", "eXYh", "ijkl")
        await app.shows(3)
        assert app.chart.renewed == []


async def test_what_lies_over_it_moves_without_a_frame() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)):
        app.draw("abcd", "efgh", "ijkl")
        await app.shows(1)
        app.chart.lay({(1, 0): Cell("X", "selected")})
        assert texts(app.chart)[0] == "aXcd"
        app.chart.renewed.clear()
        app.chart.lay({(1, 0): Cell("X", "selected")})
        assert app.chart.renewed == []
        app.chart.lay({(2, 1): Cell("X", "selected")})
        assert texts(app.chart) == ["abcd", "efXh", "ijkl"]
        assert sorted(region.y for region in app.chart.renewed) == [0, 1]
        assert len(app.shown) == 1


async def test_half_of_a_wide_character_goes_as_a_whole() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)):
        rows = [[Cell("a"), Cell("橋"), Cell(""), Cell("d")]]
        app.chart.draw(lambda: Frame(VIEW, Chart(rows)), app.shown.append)
        await app.shows(1)
        assert texts(app.chart)[0] == "a橋d"
        app.chart.lay({(2, 0): Cell("X", "pin")})
        assert texts(app.chart)[0] == "a Xd"
        app.chart.lay({(1, 0): Cell("X", "pin")})
        assert texts(app.chart)[0] == "aX d"


async def test_a_style_that_is_not_known_is_plain() -> None:
    app = Shell()
    async with app.run_test(size=(4, 3)):
        app.draw("abcd", style="something of tomorrow")
        await app.shows(1)
        assert texts(app.chart)[0] == "abcd"
