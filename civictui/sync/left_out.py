"""What pulls could not take in: one bad document keeps no other back, and is not hushed up."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import TypeAlias

from civictui.domain.errors import StoreError
from civictui.domain.model import SyncNote, now_text
from civictui.domain.ports import Change, Clock, OpenStore
from civictui.domain.text import one_line
from civictui.sync.replicator import Batch

Missing: TypeAlias = dict[str, list[str]]
"""Revisions by the ids of their documents."""

MOST_REMEMBERED = 20
"""Documents that are asked for again; what is beyond comes with its next change."""
_MEMORY = "left out"
"""The secret that is `Missing`."""
_NAMED = 3
"""So many are named in a line of the history."""
_LONGEST = 60
"""Characters of an id or of a reason that are shown."""
_NOT_TO_BE_HAD = "the server does not give it, or it is too large, or nests too deep"


class LeftOut:
    """Of one session. Each document is told of once.

    What the server did not give is asked for again by the next session: see `again`. What this side
    does not take would be refused again.
    """

    def __init__(self, store: OpenStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._found: dict[tuple[str, str], str] = {}
        self._told: set[int] = set()
        self._kept: Missing | None = None

    async def again(self) -> list[Change]:
        """What is to be asked for once more in this session."""
        return [Change(0, key, tuple(revs)) for key, revs in (await self._remembered()).items()]

    async def note(self, batch: Batch) -> None:
        """Remember what of a batch is not here, with the reason, before its checkpoint."""
        self._found.update(dict.fromkeys(batch.absent, _NOT_TO_BE_HAD))
        for failure in batch.failures:
            self._found[failure.id, failure.rev] = failure.reason
        if batch.absent:
            kept = _offered(await self._remembered(), batch.absent)
            await self._remember(dict(islice(kept.items(), MOST_REMEMBERED)))

    async def tell(self) -> None:
        """A line in the history for what is still not here.

        A revision that another one replaced while the pull went on was absent for a good reason.
        """
        found, self._found = self._found, {}
        kept = await self._remembered()
        offered = _offered(kept, found)
        missing = await self._store.endpoint.revs_diff(offered) if offered else {}
        await self._remember({key: missing[key] for key in kept if key in missing})
        reasons = {key: reason for (key, _), reason in found.items() if key in missing}
        news = {
            key: reason
            for key, reason in reasons.items()
            if hash((key, *missing[key])) not in self._told
        }
        self._told.update(hash((key, *missing[key])) for key in news)
        if news:
            with suppress(StoreError):
                note = SyncNote(at=now_text(self._clock.now()), words=_words(news))
                await self._store.journal.note(note)

    async def _remembered(self) -> Missing:
        """What an earlier session left behind was told of then."""
        if self._kept is None:
            kept: Missing = await self._store.secrets.get(_MEMORY) or {}
            self._told.update(hash((key, *revs)) for key, revs in kept.items())
            self._kept = kept
        return self._kept

    async def _remember(self, kept: Missing) -> None:
        if kept != self._kept:
            self._kept = kept
            await self._store.secrets.put(_MEMORY, kept)


def _offered(kept: Missing, found: Iterable[tuple[str, str]]) -> Missing:
    """Both together, each revision once."""
    offered = {key: list(revs) for key, revs in kept.items()}
    for key, rev in found:
        if rev not in offered.setdefault(key, []):
            offered[key].append(rev)
    return offered


def _words(reasons: dict[str, str]) -> str:
    count = len(reasons)
    shown = [f"{_short(key)} ({_short(why)})" for key, why in islice(reasons.items(), _NAMED)]
    more = [f"and {count - _NAMED} more"] if count > _NAMED else []
    what = "1 document" if count == 1 else f"{count} documents"
    return f"{what} of the server could not be taken in: {', '.join(shown + more)}"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
