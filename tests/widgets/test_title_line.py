import pytest

from civictui.widgets.fit import wrapped
from civictui.widgets.title_line import TitleLine
from tests.stage import Stage, stage, until

LONG = "The disk can be read, but nothing can be saved on it. Ask for another medium."


def title(on: Stage) -> list[str]:
    return [line.rstrip() for line in on.lines[: on.find(TitleLine).size.height]]


async def test_a_notice_that_fits_moves_nothing() -> None:
    async with stage() as on:
        on.find(TitleLine).say(LONG)
        await on.reads(LONG)
        assert title(on) == [LONG]


async def test_a_longer_one_is_told_to_its_end_and_gives_its_lines_back() -> None:
    async with stage(size=(60, 16)) as on:
        line = on.find(TitleLine)
        line.say(LONG, error=True)
        await on.reads("medium.")
        assert " ".join(title(on)) == LONG
        line.say("")
        await on.reads("Reports 0")
        await until(lambda: line.size.height == 1)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 20, ["one two three"]),
        ("one two three", 8, ["one two", "three"]),
        ("a\x1b[31m word", 6, ["a word"]),
        ("水漏れ 歩道", 6, ["水漏れ", "歩道"]),
        ("unbreakable", 5, ["unbre", "akabl", "e"]),
        ("so unbreakable as this", 6, ["so unb", "reakab", "le as…"]),
        ("Notice: 水漏れ水漏れ水漏れ", 12, ["Notice: 水漏", "れ水漏れ水漏", "れ"]),
        ("水漏れ" * 9, 6, ["水漏れ", "水漏れ", "水漏…"]),
        ("one two three four five", 6, ["one", "two", "three…"]),
        ("", 5, [""]),
    ],
)
def test_text_is_broken_between_words(text: str, width: int, lines: list[str]) -> None:
    assert [line.rstrip() for line in wrapped(text, width, 3)] == lines
