"""Work beside the handling of messages."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.worker import Worker


def in_background(
    node: DOMNode,
    work: Callable[[], Coroutine[Any, Any, object]],
    group: str,
    *,
    alone: bool = False,
) -> None:
    """Have `work` done in a worker of `node`; with `alone` it ends others of its group.

    It takes the function, not its coroutine: one that is ended before it began would otherwise
    leave a coroutine that was never awaited. Work that goes on while its screen is taken down
    finds nothing to show its outcome on, and ends.
    """

    async def while_there() -> None:
        try:
            await work()
        except NoMatches:
            if node.display:  # which nothing has that is being removed
                raise

    _: Worker[None] = node.run_worker(while_there, group=group, exclusive=alone)
