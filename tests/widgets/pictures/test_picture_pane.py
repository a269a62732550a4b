"""A picture in the place that it has."""

import asyncio
import threading

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from civictui.widgets.pictures import thumbnail
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.pictures.thumbnail import Gallery, Tier, cells
from tests.city import picture
from tests.stage import until


class Wall(App[None]):
    """A pane and nothing else."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self.pane = PicturePane(gallery)

    def compose(self) -> ComposeResult:
        yield self.pane

    @property
    def text(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


async def test_words_are_broken_between_words() -> None:
    app = Wall(Gallery())
    async with app.run_test(size=(20, 6)) as pilot:
        app.pane.say("the picture is pending: not on this terminal yet")
        await pilot.pause()
        assert app.text[:3] == ["the picture is", "pending: not on this", "terminal yet"]


async def test_nothing_is_drawn_where_pictures_are_not_but_its_words_are_there() -> None:
    gallery = Gallery(Tier.NONE)
    app = Wall(gallery)
    async with app.run_test(size=(30, 6)) as pilot:
        app.pane.show("a.jpg", picture(1, 64, 48), "64x48")
        await pilot.pause()
        assert app.text[0] == "not drawn: 64x48"
        assert not app.pane.shows_picture
        gallery.turn()
        app.pane.redraw()
        await until(lambda: app.pane.shows_picture)
        await pilot.pause()
        assert app.text[5] == "64x48"


async def test_of_many_changes_while_it_is_drawn_the_last_one_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on, drawn = threading.Event(), []

    def draw(content: bytes, columns: int, rows: int, **options: object) -> list[Strip]:
        drawn.append(len(content))
        go_on.wait(10)
        return cells(content, columns, rows)

    monkeypatch.setattr(thumbnail, "cells", draw)
    app = Wall(Gallery())
    contents = [picture(n, 60 + n, 48) for n in range(9)]
    async with app.run_test(size=(30, 6)):
        for number, content in enumerate(contents):
            app.pane.show(f"{number}.jpg", content, f"number {number}")
            await asyncio.sleep(0)
        await until(lambda: drawn)
        go_on.set()
        await until(lambda: drawn[-1] == len(contents[-1]))
        await until(lambda: app.text[5] == "number 8")
        assert len(drawn) <= 3


async def test_words_said_while_it_is_drawn_stay() -> None:
    app = Wall(Gallery())
    async with app.run_test(size=(30, 6)) as pilot:
        app.pane.show("a.jpg", picture(1, 64, 48), "64x48")
        app.pane.say("no photo")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.text[0] == "no photo"
        assert not app.pane.shows_picture
