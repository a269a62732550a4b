"""What is printed when the program itself fails: one page, nobody's data.

No values of variables, and no exception's message either: both may hold a password, a key or the
text of a report.
"""

import traceback
from collections.abc import Iterator
from pathlib import PurePath

MAX_FRAMES = 12

_ADVICE = (
    "civictui met an error of its own and stopped.",
    "Saved reports, their photos and drafts are in the store: nothing is lost.",
    "Start it again. If it happens twice, send the lines below to whoever runs it;",
    "they hold nothing that you wrote.",
)


def crash_page(error: BaseException, version: str) -> str:
    """Advice, the kind of each exception in the chain, and where it was raised."""
    lines = [*_ADVICE, "", f"civictui {version}"]
    for link in _chain(error):
        lines += [f"{type(link).__name__}{_number(link)}", *_places(link)]
    return "\n".join(lines)


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


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return [f"  {_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _module(path: str) -> str:
    """The last two parts of a file's path: enough to find it, without the person's folders."""
    return "/".join(PurePath(path).parts[-2:])
