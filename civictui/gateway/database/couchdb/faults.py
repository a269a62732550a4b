"""A backend that is down, refuses, or answers what is no answer, as the client is told: 503.

Nothing that it did not say is made up: a read that failed is no empty page, a write that failed
was not taken. Whoever asked comes again, and what was stored meanwhile is the same once more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from civictui.domain.errors import AnswerTooLarge, GatewayError, Refused, Unreachable
from civictui.domain.revtree import BadRevision
from civictui.gateway.problems import Problem, backend_unavailable

RETRY_SECONDS = 10.0
"""When to come again, where the backend does not say."""
_LONGEST_RETRY = 300.0

_DOWN = "The gateway's database does not answer. Nothing is lost; try again later."
_STRANGE = "What answered the gateway is no CouchDB, or not all of its answer came."
_TOO_LARGE = "The gateway's database answered more than the gateway takes."


def unavailable(reason: str = _DOWN, seconds: float = 0.0) -> Problem:
    """503, and when to come again."""
    after = ceil(min(max(seconds, 0.0) or RETRY_SECONDS, _LONGEST_RETRY))
    return backend_unavailable("database", reason, after)


@contextmanager
def answered() -> Iterator[None]:
    """What goes wrong inside between here and the backend becomes a Problem."""
    try:
        yield
    except Unreachable as error:
        raise unavailable() from error
    except AnswerTooLarge as error:
        raise unavailable(_TOO_LARGE) from error
    except Refused as error:
        reason = f"The gateway's database answered with the status {error.status}."
        raise unavailable(reason, error.retry_after) from error
    except (GatewayError, BadRevision) as error:
        raise unavailable(_STRANGE) from error
