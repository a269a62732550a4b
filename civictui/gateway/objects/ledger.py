"""What each user has announced and sent, counted from the records of the uploads: the quotas."""

from collections.abc import Iterable
from dataclasses import dataclass

from civictui.gateway.problems import Problem

OPEN_UPLOADS = 64
"""How many uploads of a user may be under way; the terminal has one."""
RECORDS = 10_000
"""How many records of a user are kept; a day's photos and thumbnails are some 2,600."""
DAY_SECONDS = 86400
_PATIENCE, _LONG = 60, 3600

OPEN, DONE, GONE = "open", "done", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One object that is announced. It belongs to its user alone."""

    id: str
    user: str
    key: str
    bytes: int
    sha256: str
    begun: float
    state: str = OPEN
    """A `gone` one counts for its day and is nothing else any more."""
    charged: int = 0
    """Bytes that count for the quota: none where the object was here already."""

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def sent(self) -> bool:
        """Whether its user has had all the bytes, and did not only know their hash."""
        return self.done and self.charged == self.bytes


class Ledger:
    """The records that are kept, by user. Belongs to the store's thread."""

    def __init__(self, daily_bytes: int, records: Iterable[Upload]) -> None:
        self._daily_bytes = daily_bytes
        self._by_user: dict[str, dict[str, Upload]] = {}
        for upload in records:
            self.note(upload)

    def note(self, upload: Upload) -> None:
        """A record that is new or has changed."""
        self._by_user.setdefault(upload.user, {})[upload.id] = upload

    def drop(self, upload: Upload) -> None:
        """A record that is not kept any more."""
        self._by_user.get(upload.user, {}).pop(upload.id, None)

    def same(self, user: str, state: str, wanted: tuple[str, str, int]) -> Upload | None:
        """The user's newest upload of the same key, SHA-256 and length that is in this state.

        Whose answer was lost goes on with it, and nobody fills the disk by asking again.
        """
        alike = (u for u in self._of(user, state) if (u.key, u.sha256, u.bytes) == wanted)
        return max(alike, key=lambda upload: upload.begun, default=None)

    def make_room(self, user: str, now: float) -> list[Upload]:
        """Which records of the user are to go before there is another one: mostly none.

        Those that count for nothing any more go, first those that never did. Raises Problem 429.
        """
        excess = len(self._all(user)) + 1 - RECORDS
        if excess <= 0:
            return []
        counts = {u.id for u in self._all(user) if u.charged and u.begun > now - DAY_SECONDS}
        spare = [u for u in self._all(user) if u.state != OPEN and u.id not in counts]
        if len(spare) < excess:
            raise _later("too_many_uploads", f"{RECORDS} pictures were sent in a day.", _LONG)
        return sorted(spare, key=lambda upload: (upload.sent, upload.begun))[:excess]

    def has_sent(self, user: str, key: str) -> bool:
        return any(u.key == key and u.sent for u in self._of(user, DONE))

    def refuse_more(self, user: str, length: int, now: float) -> None:
        """Raises Problem 429 where so many bytes more, or one upload more, is too much."""
        if len(self._of(user, OPEN)) >= OPEN_UPLOADS:
            raise _later("too_many_uploads", f"{OPEN_UPLOADS} uploads are under way.", _PATIENCE)
        recent = [u for u in self._all(user) if u.begun > now - DAY_SECONDS and u.charged]
        over = sum(u.charged for u in recent) + length - self._daily_bytes
        if over <= 0:
            return
        reason = f"{self._daily_bytes} bytes of pictures were sent in a day."
        raise _later("quota_reached", reason, _freed_in(recent, over, now))

    def _all(self, user: str) -> list[Upload]:
        return list(self._by_user.get(user, {}).values())

    def _of(self, user: str, state: str) -> list[Upload]:
        return [upload for upload in self._all(user) if upload.state == state]


def _freed_in(recent: list[Upload], over: int, now: float) -> int:
    """Seconds until enough of what was sent is a day old."""
    for upload in sorted(recent, key=lambda upload: upload.begun):
        over -= upload.charged
        if over <= 0:
            return max(_PATIENCE, int(upload.begun + DAY_SECONDS - now) + 1)
    return DAY_SECONDS


def _later(code: str, reason: str, seconds: int) -> Problem:
    return Problem(429, code, reason, headers={"Retry-After": str(seconds)})
