"""A terminal of a history: a device with a life, and what its person has in mind."""

from pathlib import Path
from typing import cast

from civictui.domain.errors import GatewayError, SessionExpired
from civictui.domain.model import Doc, Query
from civictui.storage.adapters import UnlockedStore
from tests.conftest import MovableClock
from tests.faults.device import Device
from tests.property.at_once import Life, Stage
from tests.property.server import EVERYTHING


class Terminal:
    """A device with a life, and what its person has in mind."""

    def __init__(self, stage: Stage, folder: Path, user: str, clock: MovableClock) -> None:
        self._stage = stage
        self.clock = clock
        self.device = Device(folder, user, "http://127.0.0.1:9", clock)
        self.life = Life(self.clock)
        self.looked_at: Doc | None = None
        self.photographed: set[str] = set()
        """Reports that were saved here with a photo."""
        self.made: dict[str, set[str]] = {}
        """Revisions by document that once waited to be sent."""

    @property
    def store(self) -> UnlockedStore:
        return cast(UnlockedStore, self.device.store)

    async def sign_in(self) -> None:
        with self._stage.living(self.life):
            await self.device.sign_in()

    async def restart(self) -> None:
        """The process is gone; another one opens the store, without asking the gateway."""
        self.life.ended = True
        await self.device.die()
        self.life = Life(self.clock)
        with self._stage.living(self.life):
            await self.device.unlock()

    async def sync(self) -> None:
        """A round; a session that has come to its end is begun anew, as a person does."""
        try:
            await self.device.sync()
        except SessionExpired:
            await self._sign_in_again()
            await self.device.sync()

    async def _sign_in_again(self) -> None:
        await self.device.leave()
        with self._stage.living(self.life):
            try:
                await self.device.sign_in()
            except GatewayError:
                await self.device.unlock()
                raise

    async def note_marks(self) -> None:
        for row in (await self.store.marked.changes(0, limit=EVERYTHING)).rows:
            self.made.setdefault(row.id, set()).update(row.revs)

    async def shown(self, keys: set[str]) -> list[str]:
        """Those of these reports that the list has."""
        return sorted(keys & set(await self.store.reader.find(Query())))

    async def leaves(self, key: str) -> list[Doc]:
        """The documents of all leaves, the tombstones among them."""
        leaves = await self.store.run(self.store.tables.documents.leaves, key)
        return await self.store.endpoint.bulk_get([(key, rev) for rev, _ in leaves])

    async def unsent_revisions(self, key: str) -> set[str]:
        """Those that wait to be sent, and those that would travel in their history."""
        stored = await self.store.run(self.store.tables.documents.stored, key)
        return {*stored.pending, *stored.carried} if stored else set()
