"""What is said and kept when the program itself fails: nobody's data.

No values of variables, and no exception's message either: both may hold a password, a key or the
text of a report.
"""

import os
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Self

MAX_FRAMES = 12
"""Lines of each error on the page, the last ones; a record has more."""
MAX_KEPT = 60

_ADVICE = (
    "civictui met an error of its own and stopped.",
    "Saved reports and their photos are in the store, drafts as they were a second ago.",
    "Start it again. If it happens twice, send the lines below to whoever runs it;",
    "they hold nothing that you wrote.",
)
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another one when it is read out."""


@dataclass(frozen=True, slots=True)
class Crash:
    """One failure. `id` is what a person quotes; `trace` has kinds of errors and where in the
    source they came up, the outermost error first.
    """

    id: str
    version: str
    trace: tuple[str, ...]
    page: tuple[str, ...]
    """The short trace."""
    at: str = ""
    """RFC 3339, "" where it was not kept."""
    where: str = ""
    """The screens that were open, by the names of their classes, or the command."""
    terminal: str = ""

    @classmethod
    def of(cls, error: BaseException, version: str, where: str = "", terminal: str = "") -> Self:
        return cls(
            id=_new_id(),
            version=version,
            trace=tuple(_lines(error, MAX_KEPT)),
            page=tuple(_lines(error, MAX_FRAMES)),
            where=where,
            terminal=terminal,
        )

    @property
    def kind(self) -> str:
        return self.trace[0] if self.trace else ""

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        texts = {name: str(doc.get(name, "")) for name in _TEXTS}
        trace = tuple(map(str, doc.get("trace") or ()))
        return cls(trace=trace, page=trace, **texts)

    def to_doc(self) -> dict[str, Any]:
        return {**{name: getattr(self, name) for name in _TEXTS}, "trace": list(self.trace)}


class Crashed(Exception):
    """A command failed with a store open, and left a sealed record of it there."""

    def __init__(self, crash: Crash) -> None:
        super().__init__(crash.id)
        self.crash = crash


_TEXTS = ("id", "version", "at", "where", "terminal")


def crash_page(crash: Crash, *, kept: bool = False) -> str:
    """Advice, the id, the kind of each exception in the chain, and where it was raised."""
    if kept:
        place = f"A sealed record is in your store: civictui doctor --crashes {crash.id}"
    else:
        place = "No record of it could be kept: what is below is all there is."
    return "\n".join(
        [*_ADVICE, "", f"report {crash.id}, civictui {crash.version}", place, "", *crash.page]
    )


def _new_id() -> str:
    """40 random bits in two groups of four: short enough for a telephone."""
    number = int.from_bytes(os.urandom(5), "big")
    letters = [_LETTERS[number >> shift & 31] for shift in range(0, 40, 5)]
    return "".join([*letters[:4], "-", *letters[4:]])


def _lines(error: BaseException, frames: int) -> Iterator[str]:
    for link in _chain(error):
        yield f"{type(link).__name__}{_number(link)}"
        yield from _places(link, frames)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < 4:
        seen.add(id(link))
        yield link
        link = _behind(link)


def _behind(error: BaseException) -> BaseException | None:
    """What led to `error`; a worker's failure carries it as `error`, without a chain."""
    inner = getattr(error, "error", None)
    if isinstance(inner, BaseException):
        return inner
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _number(error: BaseException) -> str:
    """The system's error number says much and tells nothing."""
    return f" {error.errno}" if isinstance(error, OSError) and error.errno else ""


def _places(error: BaseException, frames: int) -> list[str]:
    last = traceback.extract_tb(error.__traceback__)[-frames:]
    return [f"  {_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in last]


def _module(path: str) -> str:
    """The last two parts of a file's path: enough to find it, without the person's folders."""
    return "/".join(PurePath(path).parts[-2:])
