"""What the display builds on in the toolkit, beneath its public interface.

When one of these fails after an update of Textual, look at the module that the message names before
anything else: the display would draw wrongly, or not at all. `--full-repaint` works without them.
"""

import inspect
from collections.abc import Callable

import pytest
from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual import driver as drivers
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.containers import Vertical
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Input, Static, TextArea


def parameters(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


SIGNATURES: list[tuple[Callable[..., object], list[str], str]] = [
    (App._display, ["self", "screen", "renderable"], "terminal/thin.py hooks it"),
    (App._check_resize, ["self"], "terminal/thin.py draws anew after it"),
    (App.post_display_hook, ["self"], "terminal/thin.py calls it"),
    (LayoutUpdate.__init__, ["self", "strips", "region"], "terminal/display/painter.py"),
    (ChopsUpdate.__init__, ["self", "chops", "spans", "chop_ends"], "terminal/display/painter.py"),
    (Compositor.render_strips, ["self", "size"], "tests/terminal/test_thin.py compares with it"),
    (LinuxDriver.start_application_mode, ["self"], "terminal/driver.py"),
    (LinuxDriver.stop_application_mode, ["self"], "terminal/driver.py"),
    (LinuxDriver._request_terminal_sync_mode_support, ["self"], "terminal/driver.py asks nothing"),
    (LinuxDriver._query_in_band_window_resize, ["self"], "terminal/driver.py asks nothing"),
    (LinuxDriver.run_input_thread, ["self"], "terminal/driver.py reads instead"),
    (Input._restart_blink, ["self"], "widgets/form/line_field.py paints no cursor"),
    (Input._pause_blink, ["self", "visible"], "widgets/form/line_field.py paints no cursor"),
    (split_graphemes, ["text", "unicode_version"], "terminal/display/cells.py cuts with it"),
]


@pytest.mark.parametrize(("function", "expected", "why"), SIGNATURES)
def test_the_functions_are_as_they_were(
    function: Callable[..., object], expected: list[str], why: str
) -> None:
    assert parameters(function) == expected, why


def test_what_the_app_is_asked_for_is_there() -> None:
    source = inspect.getsource(App._display)
    for name in ("_batch_count", "_running", "_closed", "_driver"):
        assert f"self.{name}" in source, f"App._display does not look at {name} any more"
    assert isinstance(inspect.getattr_static(TextArea, "_draw_cursor"), property)
    for kind in (Input, TextArea):
        assert isinstance(inspect.getattr_static(kind, "cursor_screen_offset"), property)
    assert inspect.isabstract(drivers.Driver)


def test_an_input_counts_a_column_for_a_cursor_at_its_end() -> None:
    """terminal/thin.py takes it off again."""
    source = inspect.getsource(Input._cursor_offset.fget)  # type: ignore[attr-defined]
    assert "if self.cursor_at_end:" in source
    assert "+= 1" in source


def test_a_lone_escape_sets_a_time_limit_and_nothing_else_does() -> None:
    """terminal/driver.py sleeps without an end where the parser waits for nothing."""
    parser = XTermParser()
    assert parser._timeout_time is None
    assert [*parser.feed("a")]
    assert parser._timeout_time is None
    assert not [*parser.feed("\x1b")]
    assert parser._timeout_time is not None


class Colours(App[None]):
    """Two widgets beside nothing."""

    def compose(self):  # type: ignore[no-untyped-def]
        with Vertical():
            yield Static("one", id="one")
            yield Static("two")


async def test_updates_have_the_shape_that_the_painter_reads() -> None:
    app = Colours()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        compositor = app.screen._compositor
        whole = compositor.render_full_update()
        assert type(whole) is LayoutUpdate
        assert whole.region == Region(0, 0, 20, 4)
        lines = [list(strips) for strips in whole.strips]
        assert [sum(strip.cell_length for strip in strips) for strips in lines] == [20] * 4
        compositor._dirty_regions.add(Region(0, 0, 20, 1))
        part = compositor.render_partial_update()
        assert type(part) is ChopsUpdate
        assert part.spans == [(0, 0, 20)]
        assert len(part.chops) == len(part.chop_ends) == 4
        (x, strip), *_ = part.chops[0].items()
        assert x == 0
        assert isinstance(strip, Strip)
        assert part.chop_ends[0][-1] == 20
        segment = next(iter(strip))
        assert isinstance(segment, Segment)
        assert segment.style is None or isinstance(segment.style, Style)
        assert not segment.control


def test_widths_of_parts_add_up() -> None:
    for text in ("e\u0301a", "漢b", "\U0001f469\u200d\U0001f527x", "\u2602\ufe0f"):
        spans, total = split_graphemes(text)
        assert total == cell_len(text) == sum(width for _, _, width in spans)
