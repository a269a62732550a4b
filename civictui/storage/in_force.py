"""What the updates of a report make of its status and its assignment."""

from collections.abc import Iterable
from typing import NamedTuple

NEVER = float("-inf")
"""Earlier than any time that can be read, those before 1970 too."""


class Act(NamedTuple):
    """What one update changes: "" leaves the status, None the assignment; "" assigns to nobody.

    `time` is in seconds since 1970, NEVER where it cannot be read.
    """

    time: float
    status: str
    assignee: str | None


class InForce(NamedTuple):
    """What counts instead of what the document says; "" and None where the document counts."""

    status: str = ""
    assignee: str | None = None


def in_force(acts: Iterable[tuple[str, Act]]) -> InForce:
    """By these updates, each with its id: the latest (time, id) counts, for each by itself."""
    status, status_at = "", (NEVER, "")
    assignee, assignee_at = None, status_at
    for key, act in acts:
        at = act.time, key
        if act.status and at > status_at:
            status, status_at = act.status, at
        if act.assignee is not None and at > assignee_at:
            assignee, assignee_at = act.assignee, at
    return InForce(status, assignee)
