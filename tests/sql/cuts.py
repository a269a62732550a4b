"""A process that ends between any two statements: before the n-th, or before a commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event


class Cut(BaseException):
    """Nothing catches it, as nothing catches a kill; what was not committed is gone."""


@contextmanager
def cut_before(number: int) -> Iterator[None]:
    """Raise Cut in the place of the `number`-th statement or commit of any engine."""
    left = [number]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Cut

    event.listen(sa.Engine, "before_cursor_execute", count)
    event.listen(sa.Engine, "commit", count)
    try:
        yield
    finally:
        event.remove(sa.Engine, "before_cursor_execute", count)
        event.remove(sa.Engine, "commit", count)
