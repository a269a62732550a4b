"""What pulls could not take in: one bad document keeps no other back, and is not hushed up."""

from contextlib import suppress
from itertools import islice

from civictui.domain.errors import StoreError
from civictui.domain.model import SyncNote, now_text
from civictui.domain.ports import Clock, OpenStore
from civictui.domain.text import one_line
from civictui.sync.replicator import Batch

_NAMED = 3
"""So many are named in a line of the history."""
_LONGEST = 60
"""Characters of an id or of a reason that are shown."""
_NOT_TO_BE_HAD = "the server does not give it, or it is too large, or nests too deep"


class LeftOut:
    """Of one session. Each document is told of once."""

    def __init__(self, store: OpenStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._found: dict[tuple[str, str], str] = {}
        self._told: set[int] = set()

    def note(self, batch: Batch) -> None:
        """Remember what of a batch is not here, with the reason."""
        self._found.update(dict.fromkeys(batch.absent, _NOT_TO_BE_HAD))
        for failure in batch.failures:
            self._found[failure.id, failure.rev] = failure.reason

    async def tell(self) -> None:
        """A line in the history for what is still not here.

        A revision that another one replaced while the pull went on was absent for a good reason.
        """
        found, self._found = self._found, {}
        offered: dict[str, list[str]] = {}
        for key, rev in found:
            offered.setdefault(key, []).append(rev)
        missing = await self._store.endpoint.revs_diff(offered) if offered else {}
        news = {
            key: found[key, revs[0]]
            for key, revs in missing.items()
            if hash((key, *revs)) not in self._told
        }
        self._told.update(hash((key, *missing[key])) for key in news)
        if news:
            with suppress(StoreError):
                note = SyncNote(at=now_text(self._clock.now()), words=_words(news))
                await self._store.journal.note(note)


def _words(reasons: dict[str, str]) -> str:
    count = len(reasons)
    shown = [f"{_short(key)} ({_short(why)})" for key, why in islice(reasons.items(), _NAMED)]
    more = [f"and {count - _NAMED} more"] if count > _NAMED else []
    what = "1 document" if count == 1 else f"{count} documents"
    return f"{what} of the server could not be taken in: {', '.join(shown + more)}"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
