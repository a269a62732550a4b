"""Work beside the handling of messages, to the end of its screen and a little after."""

from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest
from textual.css.query import NoMatches
from textual.dom import DOMNode

from civictui.widgets.background import in_background


class Node:
    """What a piece of work belongs to; `display` is False while it is being removed."""

    def __init__(self, *, display: bool) -> None:
        self.display = display
        self.work: Callable[[], Coroutine[Any, Any, None]]

    def run_worker(self, work: Callable[[], Coroutine[Any, Any, None]], **_: object) -> None:
        self.work = work


async def draw() -> None:
    raise NoMatches("its place is gone")


async def test_work_that_ends_after_its_screen_does_no_harm() -> None:
    node = Node(display=False)
    in_background(cast(DOMNode, node), draw, "test")
    await node.work()


async def test_a_mistake_on_a_screen_that_is_there_is_not_hidden() -> None:
    node = Node(display=True)
    in_background(cast(DOMNode, node), draw, "test")
    with pytest.raises(NoMatches):
        await node.work()
