"""What is asked before something unsent is given up: each kind of it has its own words."""

from dataclasses import dataclass

from civictui.domain.model import Waiting


@dataclass(frozen=True, slots=True)
class GivingUp:
    """The question before something unsent is given up, its two answers, and what was done."""

    question: str
    yes: str
    no: str = "Keep it"
    done: str = "it will not be sent"


_WITHDRAWAL = GivingUp(
    "Take your withdrawal back? The report stays.",
    "Take it back",
    "Leave it withdrawn",
    "the withdrawal is taken back: the report stays",
)
_PHOTO = GivingUp(
    "Leave the photo out? The report stays without it.",
    "Leave it out",
    done="the photo is left out: the report stays without it",
)
_PHOTOS = GivingUp(
    "Leave out the photos that the server refused? The report stays without them.",
    "Leave them out",
    "Keep them",
    "the refused photos are left out: the report stays without them",
)
_NEW = GivingUp("Throw this report away? The server has never had it.", "Throw it away")
_UPDATE = GivingUp("Throw this update away? The server has never had it.", "Throw it away")
_CHANGE = GivingUp(
    "Throw your change away? What the server has holds again.", "Throw the change away"
)


def giving_up_of(entry: Waiting) -> GivingUp:
    """What it means to give up what waits of this report."""
    if entry.withdrawn:
        return _WITHDRAWAL
    if not entry.text:
        return _PHOTO if entry.photos == 1 else _PHOTOS
    if entry.about:
        return _UPDATE
    return _NEW if entry.first else _CHANGE
