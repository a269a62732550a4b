"""Which part of a picture is seen: how close, and around which point. Plain arithmetic."""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

Window: TypeAlias = tuple[float, float, float, float]
"""A part of a picture: left, top, right, bottom, from 0 to 1."""
Size: TypeAlias = tuple[int, int]
"""Width and height in pixels."""
STEPS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""How many times larger than the whole picture in its place."""
SHIFT: Final = 0.25
"""Of what is seen, by one step to a side."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be drawn: so many pixels, of this part of the picture."""

    width: int
    height: int
    window: Window


@dataclass(frozen=True, slots=True)
class Zoom:
    """`step` of STEPS, around a point of the picture that is given from 0 to 1."""

    step: int = 0
    x: float = 0.5
    y: float = 0.5

    @property
    def factor(self) -> float:
        return STEPS[self.step]

    @property
    def is_whole(self) -> bool:
        return self.step == 0

    def closer(self, steps: int) -> "Zoom":
        """So many steps closer, or further away; the whole picture is in the middle again."""
        step = max(0, min(self.step + steps, len(STEPS) - 1))
        return replace(self, step=step) if step else Zoom()

    def shifted(self, across: int, down: int, sight: Sight) -> "Zoom":
        """To a side by a part of what `sight` shows, no further than the picture goes."""
        left, top, right, bottom = sight.window
        x = _within(self.x + across * SHIFT * (right - left), right - left)
        y = _within(self.y + down * SHIFT * (bottom - top), bottom - top)
        return replace(self, x=x, y=y)

    def sight(self, room: Size, fitted: Size) -> Sight:
        """What is seen in `room` of a picture that as a whole takes `fitted` of it, in pixels.

        Heights are even: a line of cells shows two rows of pixels.
        """
        across, width = _side(room[0], fitted[0] * self.factor, self.x)
        down, height = _side(room[1], fitted[1] * self.factor, self.y)
        window = (across[0], down[0], across[1], down[1])
        return Sight(width, max(2, height - height % 2), window)


def _side(room: int, whole: float, middle: float) -> tuple[tuple[float, float], int]:
    """From where to where along one side, and how many pixels that takes."""
    seen = min(1.0, room / whole)
    middle = _within(middle, seen)
    return (middle - seen / 2, middle + seen / 2), max(1, min(room, round(whole)))


def _within(middle: float, seen: float) -> float:
    """The middle of a stretch of length `seen` that lies between 0 and 1."""
    return max(seen / 2, min(middle, 1 - seen / 2))
