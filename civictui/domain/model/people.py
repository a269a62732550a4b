"""Who works now, and what was brought back for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is working now. `online` says whether the gateway has just confirmed the password.

    `aside` counts stores of this user that were set aside and may hold unsent work.
    """

    user: str
    online: bool
    display_name: str = ""
    notice: str = ""
    aside: int = 0
    barred: str = ""
    """Why the terminal only delivers now, see `Policy.bars`; "" where it works as ever."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was brought from one store into another; what was there already is not counted."""

    reports: int = 0
    photos: int = 0
    drafts: int = 0

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.photos or self.drafts)


@dataclass(frozen=True, slots=True)
class Terminal:
    """What this terminal is to its gateway, for whoever speaks with the operator on the phone.

    `heard_at` is the gateway's time, in RFC 3339, of its last word; "" where there was none.
    """

    device: str = ""
    version: str = ""
    heard_at: str = ""
