"""Work beside the handling of messages."""

from collections.abc import Callable, Coroutine
from typing import Any

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
    leave a coroutine that was never awaited.
    """
    _: Worker[object] = node.run_worker(work, group=group, exclusive=alone)
