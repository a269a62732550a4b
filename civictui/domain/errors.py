"""Every error that a person or a script can meet; each says what can be done.

    CivicError
    ├── UsageError                 2   the command line or a setting is wrong
    │   ├── NoPassword            16   a password is needed and none was given
    │   └── FeatureOff             2   the operator has switched this off
    ├── PlaceError                10   a place that cannot be read
    ├── PictureError               9   a file that is no usable picture
    ├── NoFix                     20   the receiver gives no position; says why
    ├── MapError                  21   a file that is no map, or none that can be read
    ├── NotFound                   8   no such report, draft or picture
    ├── StoreError                 6   the local store
    │   ├── StoreMissing           3   this user was never signed in here
    │   ├── WrongPassword          4   the password opens no slot
    │   ├── StoreBusy              5   another process has it open
    │   ├── StoreFull              7   no room on the disk; nothing was changed
    │   ├── StoreDamaged           6   what was read is not what was written
    │   ├── PepperMissing         17   the medium with the second half of the secret is not here
    │   ├── SealedOtherwise       18   the gateway took the password, the store has an earlier one
    │   ├── StoreReadOnly         19   the disk can be read, but nothing can be saved
    │   ├── Barred                22   the operator lets this terminal deliver, and nothing else
    │   └── OfflineTooLong        23   too many days without the gateway; it opens with a link
    ├── GatewayError              11   the other side
    │   ├── Unreachable           11   no link, or it broke off
    │   ├── AnswerTooLarge        11   an answer is larger than we take at once
    │   ├── NotConfirmed          11   an object is not, or not yet, what it should be
    │   ├── SignInRefused         12   wrong name or password; says how many tries are left
    │   ├── SignInBlocked         13   too many tries; says for how long
    │   ├── NoAddress             11   the geocoder gave none, or cannot be reached
    │   ├── SessionExpired        14   the session ended; sign in again
    │   └── Refused               15   the server understood and said no, with its reason
    └── StillUnsent                1   a sync ended and something is still here

The number is the exit code of the command line.
"""


class CivicError(Exception):
    """Base of all. `str(error)` says what happened, `advice` what can be done."""

    exit_code = 1

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    @property
    def sentence(self) -> str:
        """What happened and what can be done, in one line."""
        return f"{self}. {self.advice}" if self.advice else str(self)


class UsageError(CivicError):
    exit_code = 2


class NoPassword(UsageError):
    exit_code = 16


class FeatureOff(UsageError):
    """`feature` is a name of `model.policy.FEATURES`, `what` its words for a person."""

    def __init__(self, feature: str, what: str) -> None:
        super().__init__(f"{what.capitalize()}: switched off by whoever runs the gateway")
        self.feature = feature


class PlaceError(CivicError):
    exit_code = 10


class PictureError(CivicError):
    exit_code = 9


class NoFix(CivicError):
    exit_code = 20


class MapError(CivicError):
    exit_code = 21


class NotFound(CivicError):
    exit_code = 8


class StoreError(CivicError):
    exit_code = 6


class StoreMissing(StoreError):
    exit_code = 3


class WrongPassword(StoreError):
    exit_code = 4


class StoreBusy(StoreError):
    """Another process has the store open; `holder` is its id, 0 where that is not known."""

    exit_code = 5

    def __init__(self, message: str, advice: str = "", holder: int = 0) -> None:
        super().__init__(message, advice)
        self.holder = holder


class StoreFull(StoreError):
    exit_code = 7


class StoreDamaged(StoreError):
    exit_code = 6


class PepperMissing(StoreError):
    exit_code = 17


class SealedOtherwise(StoreError):
    """The gateway took this password, but it does not open the store that is here.

    `recoverable`: the store has a slot that the organisation's recovery key opens. `damaged`: not
    another password but a keyring or a log that cannot be read keeps it shut.
    """

    exit_code = 18

    def __init__(self, *, recoverable: bool, damaged: bool = False) -> None:
        why = "is damaged" if damaged else "was sealed with an earlier one"
        super().__init__(
            f"The gateway accepts this password, but the store here {why}",
            "Nothing was changed. Sign in with the app to bring them together.",
        )
        self.recoverable = recoverable
        self.damaged = damaged


class StoreReadOnly(StoreError):
    exit_code = 19


class Barred(StoreError):
    """A device, or a version of the program, that may deliver what is queued, and nothing else.

    `why` is `model.policy.DEVICE` or VERSION; `words` are the operator's, "" for none.
    """

    exit_code = 22

    def __init__(self, why: str, words: str = "") -> None:
        what = "This version of civictui is" if why == "version" else "This terminal is"
        advice = "What waits here is still sent."
        if why == "version":
            advice = f"Install a newer one. {advice}"
        said = words.rstrip(" .")
        super().__init__(f"{what} disabled{f': {said}' if said else ''}", advice)
        self.why = why
        self.words = words


class OfflineTooLong(StoreError):
    """The gateway was last heard more than `days` days ago, and no more are allowed."""

    exit_code = 23

    def __init__(self, days: int, waiting: int = 0) -> None:
        left = f" {waiting} reports or photos wait here, and are safe." if waiting else ""
        super().__init__(
            f"This terminal has not heard from its gateway for {days} days",
            f"Sign in once with a link.{left}",
        )
        self.days = days
        self.waiting = waiting


class GatewayError(CivicError):
    exit_code = 11


class Unreachable(GatewayError):
    exit_code = 11


class AnswerTooLarge(GatewayError):
    exit_code = 11


class NoAddress(GatewayError):
    """The geocoder is not a gateway, but fails in the same ways."""


class NotConfirmed(GatewayError):
    exit_code = 11


class SignInRefused(GatewayError):
    """The gateway knows no such name and password; `remaining` tries are left before a block."""

    exit_code = 12

    def __init__(self, remaining: int) -> None:
        tries = "1 attempt is" if remaining == 1 else f"{remaining or 'no'} attempts are"
        pause = "before a pause" if remaining else "now; the next one is heard after a pause"
        super().__init__("Wrong user name or password", f"{tries.capitalize()} left {pause}.")
        self.remaining = remaining


class SignInBlocked(GatewayError):
    """Too many attempts; the next one is heard in `seconds`."""

    exit_code = 13

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many wrong attempts", f"Try again in {seconds} s.")
        self.seconds = seconds


class SessionExpired(GatewayError):
    exit_code = 14


class Refused(GatewayError):
    """The server said no. `status` is the HTTP status, `code` the server's stable error code.

    `retry_after` is for how many seconds it wants to be left alone, 0 where it did not say.
    """

    exit_code = 15

    def __init__(self, status: int, code: str, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(f"The server refused: {reason or code or status}")
        self.status = status
        self.code = code
        self.reason = reason
        self.retry_after = retry_after


class StillUnsent(CivicError):
    exit_code = 1
