"""Answers to the questions of a category on the command line: `--answer CODE=VALUE`."""

import argparse
from collections.abc import Sequence

from civictui.domain.errors import UsageError
from civictui.domain.model import Answer


def register(parser: argparse.ArgumentParser, *, emptied: bool = False) -> None:
    """Add `--answer`; with `emptied` the help says how one is taken away."""
    more = "; an empty VALUE takes it away" if emptied else ""
    parser.add_argument(
        "--answer",
        metavar="CODE=VALUE",
        action="append",
        default=[],
        help=f"the answer to a question of the category, once for each choice{more}",
    )


def answers_of(words: Sequence[str]) -> dict[str, Answer]:
    """By code; several of the same code are several choices. Raises UsageError."""
    found: dict[str, Answer] = {}
    for word in words:
        code, equals, value = word.partition("=")
        if not (code and equals):
            raise UsageError(f"{word[:40]!r} is no answer", "Write it as CODE=VALUE.")
        before = found.get(code, ())
        earlier = (before,) if isinstance(before, str) else before
        found[code] = (*earlier, value) if earlier else value
    return found
