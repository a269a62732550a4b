"""How far a step has come, a share that never falls and is whole at the end; what was moved."""

from dataclasses import dataclass, fields


class Progress:
    """`done` of `total` things; a total of 0 is one that nobody knows."""

    def __init__(self) -> None:
        self.done = self.total = 0

    def begin(self, total: int = 0) -> None:
        self.done, self.total = 0, total

    def batch(self, read: int, left: int | None) -> None:
        """So many things were moved, and so many are left, as far as the source can tell.

        The first word on what is left fixes the total. What comes up later is moved, too, but
        makes nobody's progress smaller.
        """
        if left is None and not self.total:
            self.done += read
            return
        if not self.total:
            self.total = self.done + read + (left or 0)
        reached = self.done + read if left is None else self.total - left
        self.done = min(max(self.done, reached), self.total)

    def one(self) -> None:
        self.batch(1, None)

    def finish(self) -> None:
        self.done = self.total = max(self.done, self.total)


@dataclass(slots=True)
class Moved:
    """What rounds have moved so far."""

    pulled: int = 0
    pushed: int = 0
    merged: int = 0
    pictures_sent: int = 0
    pictures_fetched: int = 0

    def since(self, before: "Moved") -> "Moved":
        names = (field.name for field in fields(self))
        return Moved(**{name: getattr(self, name) - getattr(before, name) for name in names})
