"""Who waits for something to be written: a bounded number of requests of each user."""

from collections import Counter
from collections.abc import Callable

from civictui.gateway.problems import Problem

MOST_OF_USER = 32
"""A terminal holds one, and for two minutes perhaps another whose line is dead."""
_RETRY_SECONDS = 60


class Held:
    """The places of all longpolls. Belongs to the event loop."""

    def __init__(self) -> None:
        self._users: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many are held now."""
        return self._users.total()

    def take(self, user: str) -> Callable[[], None]:
        """A place for one more; the caller calls what it gets when it is over.

        Raises Problem 429 where the user has too many.
        """
        if self._users[user] >= MOST_OF_USER:
            reason = f"{MOST_OF_USER} requests of this user are held already."
            headers = {"Retry-After": str(_RETRY_SECONDS)}
            raise Problem(429, "too_many_held", reason, headers=headers)
        self._users[user] += 1
        return lambda: self._give_back(user)

    def _give_back(self, user: str) -> None:
        self._users[user] -= 1
        if not self._users[user]:
            del self._users[user]
