"""What the person can read later of the sync: rounds that moved something, troubles that began."""

from contextlib import suppress
from dataclasses import asdict

from civictui.domain.errors import StoreError
from civictui.domain.model import SyncNote, now_text
from civictui.domain.ports import Clock, Journal
from civictui.sync.progress import Moved


class History:
    """Writes into the store's journal. A disk that takes no note keeps nothing from going on."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._trouble = ""

    async def moved(self, moved: Moved) -> None:
        if moved != Moved():
            await self._note(SyncNote(at=self._now, **asdict(moved)))

    async def told(self, words: str) -> None:
        """Something that a person should find here later."""
        if words:
            await self._note(SyncNote(at=self._now, words=words))

    async def trouble(self, words: str) -> bool:
        """Noted when it begins, and not at every try; gives whether it begins now."""
        if words == self._trouble:
            return False
        self._trouble = words
        await self._note(SyncNote(at=self._now, words=words))
        return True

    def well(self) -> None:
        """The trouble is over; the same one may begin again."""
        self._trouble = ""

    @property
    def _now(self) -> str:
        return now_text(self._clock.now())

    async def _note(self, note: SyncNote) -> None:
        with suppress(StoreError):
            await self._journal.note(note)
