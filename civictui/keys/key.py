"""One key: what is done with it."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What sort of thing a key does; the help has a heading for each."""

    ACT = "act"
    MOVE = "move"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be done. Without `footer` it is named in the help only.

    `keys` is in the toolkit's notation, several separated by commas; `action` is the name of the
    action on the screen or widget of its scope. What is `urgent` is what the screen is about at
    this moment: the footer names it before everything but the help and the way back. What has a
    `feature` does nothing where the operator has switched that off; the names are those of
    `domain.model.policy.FEATURES`.
    """

    id: str
    keys: str
    action: str
    help: str
    footer: str = ""
    kind: Kind = Kind.ACT
    urgent: bool = False
    feature: str = ""


def move(id: str, keys: str, action: str, help: str, footer: str = "") -> Key:  # noqa: A002
    """One that moves the cursor, the view or the focus, and changes nothing."""
    return Key(id, keys, action, help, footer, Kind.MOVE)


def typing(id: str, keys: str, action: str, help: str) -> Key:  # noqa: A002
    """One that edits the text of a field."""
    return Key(id, keys, action, help, kind=Kind.TYPE)
