"""Of a line of words, what has changed is sent."""

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from civictui.widgets.words_line import WordsLine, changed


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("abcd", "abcd", None),
        ("abcd", "aXcd", (1, 1)),
        ("abcd", "aXcY", (1, 3)),
        ("37.770000", "37.770123", (6, 3)),
        ("a橋d", "a橋e", (0, 4)),
        ("ae b", "ae\u0301 b", (0, 4)),
    ],
)
def test_what_is_sent(before: str, after: str, part: tuple[int, int] | None) -> None:
    assert changed(before, after) == (Region(part[0], 0, part[1], 1) if part else None)


class Shell(App[None]):
    def compose(self) -> ComposeResult:
        yield WordsLine()


async def test_words_on_both_sides() -> None:
    app = Shell()
    async with app.run_test(size=(20, 3)) as pilot:
        line = app.query_one(WordsLine)
        line.show("a long description of it", "350 m")
        await pilot.pause()
        assert line.render_line(0).text == "a long descri… 350 m"
        line.show("short")
        await pilot.pause()
        assert line.render_line(0).text == "short".ljust(20)
