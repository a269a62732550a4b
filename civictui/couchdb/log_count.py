"""What the revision of a log tells: `0-N`, which some servers count up at every write.

Where a server counts from what it has, whatever it is sent, a count that does not rise says that
the log before was lost: the server was put back. Others answer `0-1` each time, or count in a way
of their own, and nothing is lost. So it is believed of a server that was seen to count, and only
once: one that counts now and then would have everything sent again and again.
"""

import math

from civictui.domain.errors import GatewayError


class LogLost(GatewayError):
    """A log was to follow one that the server has not: it was put back, or somebody else writes.

    With `written` the new log lies there all the same, and hides what was there.
    """

    def __init__(self, *, written: bool) -> None:
        super().__init__("The server has forgotten how far the sync had come", "It begins anew.")
        self.written = written


class LogCount:
    """What is known of one server's way of counting, in one session."""

    def __init__(self) -> None:
        self._rose = self._spoke = False

    def betrays(self, before: str | None, after: object) -> bool:
        """Whether the log that has the revision `after` did not follow the one of `before`."""
        known, now = _count(before), _count(after)
        if math.inf in {known, now}:
            return False
        if now > known:
            self._rose = True
            return False
        if not self._rose or self._spoke:
            return False
        self._spoke = True
        return True


def _count(rev: object) -> float:
    """N of `0-N`; infinite where it is counted in another way."""
    number = rev.removeprefix("0-") if isinstance(rev, str) and rev.startswith("0-") else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else math.inf
