"""One latitude or longitude: sign or letter, degrees, minutes, seconds."""

import re
from dataclasses import dataclass
from functools import cache

from civictui.domain.errors import PlaceError


@dataclass(frozen=True, slots=True)
class Value:
    """A latitude or longitude. `step` is what its last digit is worth, in degrees."""

    degrees: float
    letter: str
    side: str
    """Where its letter stands: "before", "after", or "" without one."""
    parts: int
    """1 for degrees alone, 2 with minutes, 3 with seconds."""
    decimals: bool
    step: float


def read_value(text: str, mark: str) -> Value | None:
    """`mark` parts whole from decimals. None for what is none; PlaceError for 61 minutes."""
    match = next(filter(None, (shape.fullmatch(text) for shape in _shapes(mark))), None)
    if match is None:
        return None
    parts = [part for name in "dms" if (part := match.groupdict().get(name)) is not None]
    before, after = match["before"] or "", match["after"] or ""
    letter = before or after
    if before and after:
        return None
    if letter and match["sign"]:
        raise PlaceError(f"{text} has a sign and the letter {letter}", "Leave one out.")
    negative = match["sign"] == "-" or letter in ("S", "W")
    degrees = in_degrees([part.replace(",", ".") for part in parts])
    side = "before" if before else "after" if after else ""
    return Value(
        degrees=-degrees if negative else degrees,
        letter=letter,
        side=side,
        parts=len(parts),
        decimals=mark in parts[-1],
        step=step_of(parts[-1].replace(",", "."), len(parts)),
    )


def in_degrees(parts: list[str]) -> float:
    """Degrees of up to three numbers. Raises PlaceError for 60 minutes and more."""
    total = 0.0
    sizes = ((1, "degrees"), (60, "minutes"), (3600, "seconds"))
    for (size, name), part in zip(sizes, parts, strict=False):
        if size > 1 and float(part) >= 60:
            raise PlaceError(f"{part} {name} are too many", f"Write {name} below 60.")
        total += float(part) / size
    return total


def step_of(last: str, parts: int) -> float:
    """What the last digit of the last of so many parts is worth, in degrees."""
    decimals = len(last.partition(".")[2])
    return float(10.0**-decimals / 60 ** (parts - 1))


@cache
def _shapes(mark: str) -> list[re.Pattern[str]]:
    """A number in each way to mark its parts; all in one line, upper case."""
    point = rf"(?:{re.escape(mark)}\d{{1,15}})?"
    degrees, minutes, seconds = r"(?P<d>\d{1,3})", r"(?P<m>\d{1,2})", rf"(?P<s>\d{{1,2}}{point})"
    decimal, last = rf"(?P<d>\d{{1,3}}{point})", rf"(?P<m>\d{{1,2}}{point})"
    letter = "(?:(?P<before>[NSEW]) ?)?(?P<sign>[+-])?{}(?: ?(?P<after>[NSEW]))?"
    named = "(?P<before>(?!))?(?P<sign>[+-])?{} ?(?P<after>[NSEW])"
    degree, minute = "(?: ?° ?| )", "(?: ?' ?| )"
    marked = [
        f"{decimal}(?: ?°)?",
        f"{degrees}{degree}{last}(?: ?')?",
        f'{degrees}{degree}{minutes}{minute}{seconds}(?: ?")?',
        f"{degrees}:{last}",
        f"{degrees}:{minutes}:{seconds}",
        f"{degrees} ?DEG ?{last} ?MIN",
        f"{degrees} ?DEG ?{minutes} ?MIN ?{seconds} ?SEC",
        f"{decimal} ?DEG",
    ]
    # A hyphen may be a sign, and S the mark of seconds: these need their letter.
    lettered = [
        f"{degrees}-{last}",
        f"{degrees}-{minutes}-{seconds}",
        f"{degrees} ?D ?{last} ?M",
        f"{degrees} ?D ?{minutes} ?M ?{seconds} ?S",
    ]
    shapes = [letter.format(shape) for shape in marked] + [named.format(s) for s in lettered]
    return [re.compile(shape, re.ASCII) for shape in shapes]
