"""What a trouble that a round ended with means to a person, and how long to wait after it."""

from civictui.domain.errors import CivicError, GatewayError, Refused, SignInBlocked, Unreachable
from civictui.domain.model import SyncPhase
from civictui.sync.rounds import FOREIGN_SEQUENCE

BEGINS_ANEW = "your area was changed, or the server was replaced; all is compared anew"
"""What a sequence that the server does not know any more means to a person."""


def explained(error: CivicError) -> tuple[SyncPhase, str, float]:
    """The state, why it is so in words, and the seconds that the server wants to be left alone."""
    match error:
        case Unreachable():
            return SyncPhase.OFFLINE, str(error), 0.0
        case Refused():
            words = BEGINS_ANEW if error.code == FOREIGN_SEQUENCE else str(error)
            return SyncPhase.WAITING, words, error.retry_after
        case SignInBlocked():
            return SyncPhase.WAITING, str(error), error.seconds
        case GatewayError():
            return SyncPhase.WAITING, str(error), 0.0
    return SyncPhase.WAITING, error.sentence, 0.0  # the store: a full disk, a damaged record
