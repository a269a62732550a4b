"""Blocks: which one has the cursor, what is drawn again, how a long one is read."""

from functools import partial

from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region

from civictui.widgets.block_list import Block, BlockList
from civictui.widgets.fit import fit


def drawn(lines: list[str], width: int) -> list[Text]:
    return [Text(fit(line, width)) for line in lines]


def block(key: str, *lines: str) -> Block:
    return Block(partial(drawn, list(lines or (key,))), key)


class Shown(App[None]):
    """A list and nothing else."""

    CSS = "BlockList { height: 1fr; scrollbar-size: 0 0; }"

    def compose(self) -> ComposeResult:
        yield BlockList()

    @property
    def blocks(self) -> BlockList:
        return self.query_one(BlockList)

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


async def test_the_cursor_skips_what_cannot_be_chosen() -> None:
    app = Shown()
    async with app.run_test(size=(20, 8)) as pilot:
        app.blocks.show([block("", "Head"), block("a"), block("", "between"), block("b")])
        await pilot.pause()
        assert app.lines[:4] == ["  Head", "> a", "  between", "  b"]
        await pilot.press("j")
        assert app.lines[:4] == ["  Head", "  a", "  between", "> b"]
        await pilot.press("down", "k", "up", "up")
        assert app.blocks.key == "a"
        await pilot.press("G")
        assert app.blocks.key == "b"
        await pilot.press("g")
        assert app.blocks.key == "a"


async def test_the_cursor_stays_on_its_key_and_near_its_place_if_that_is_gone() -> None:
    app = Shown()
    async with app.run_test(size=(20, 8)) as pilot:
        app.blocks.show([block(key) for key in "abc"])
        await pilot.press("j")
        app.blocks.show([block(key) for key in "xabc"])
        assert app.blocks.key == "b"
        app.blocks.show([block(key) for key in "xac"])
        assert app.blocks.key == "c"
        app.blocks.show([block("", "nothing")])
        assert app.blocks.key == ""
        await pilot.press("j", "k", "G", "g", "pagedown", "pageup")
        app.blocks.show([block("z")])
        await pilot.pause()
        assert app.lines[0] == "> z"


async def test_a_block_higher_than_the_screen_is_read_before_the_next() -> None:
    app = Shown()
    long = [f"line {number}" for number in range(20)]
    async with app.run_test(size=(20, 6)) as pilot:
        app.blocks.show([block("a", *long), block("b")])
        seen: list[str] = []
        while app.blocks.key == "a":
            await pilot.pause()
            seen += app.lines
            await pilot.press("j")
        assert {line.strip("> ") for line in seen} >= set(long)
        await pilot.press("k")
        assert app.blocks.key == "a"
        await pilot.pause()
        assert app.lines[0] == "> line 0"


async def test_what_stands_below_the_last_choice_can_be_read() -> None:
    app = Shown()
    async with app.run_test(size=(20, 4)) as pilot:
        app.blocks.show([block("a"), *(block("", f"note {n}") for n in range(9))])
        await pilot.press("j", "j", "j")
        await pilot.pause()
        assert app.lines[0] == "  note 2"
        await pilot.press("G")
        await pilot.pause()
        assert app.lines[-1] == "  note 8"
        await pilot.press("k", "k", "k", "k", "k", "k", "k", "k")
        await pilot.pause()
        assert app.lines[0] == "> a"


async def test_paging_takes_the_cursor_along() -> None:
    app = Shown()
    async with app.run_test(size=(20, 5)) as pilot:
        app.blocks.show([block(f"{n}") for n in range(30)])
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert app.blocks.key == "8"
        assert app.lines[0] == "> 8"
        await pilot.press("pageup")
        await pilot.pause()
        assert "> " in "".join(app.lines)


async def test_moving_draws_two_cells_and_a_changed_line_itself() -> None:
    drawn: list[Region] = []

    class Watched(BlockList):
        def refresh(self, *regions: Region, **options: bool) -> "Watched":
            drawn.extend(regions or [Region(0, 0, 99, 99)])
            super().refresh(*regions, **options)
            return self

    class Stage(Shown):
        def compose(self) -> ComposeResult:
            yield Watched()

    app = Stage()
    async with app.run_test(size=(20, 8)) as pilot:
        app.blocks.show([block("a"), block("b"), block("c")])
        await pilot.pause()
        drawn.clear()
        await pilot.press("j")
        assert sorted(drawn) == [Region(0, 0, 1, 1), Region(0, 1, 1, 1)]
        drawn.clear()
        app.blocks.show([block("a"), block("b"), block("c", "changed")])
        assert [(region.y, region.height) for region in drawn] == [(2, 1)]
        drawn.clear()
        app.blocks.show([block("a"), block("b"), block("c", "changed")])
        assert not drawn


async def test_a_click_chooses() -> None:
    app = Shown()
    async with app.run_test(size=(20, 8)) as pilot:
        app.blocks.show([block("a"), block("", "between"), block("b", "one", "two")])
        await pilot.click(BlockList, offset=(3, 3))
        assert app.blocks.key == "b"
        await pilot.click(BlockList, offset=(3, 1))
        assert app.blocks.key == "b"
