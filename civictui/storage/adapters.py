"""An unlocked store behind its port, `OpenStore`."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from civictui.domain.errors import StoreError, UsageError
from civictui.domain.model import (
    Doc,
    Rescued,
)
from civictui.domain.ports import (
    OpenStore,
    RecoveryKey,
    Seq,
    WriteFailure,
)
from civictui.storage import rescue
from civictui.storage.device import ASIDE, others_of
from civictui.storage.exchange import export_unsent
from civictui.storage.holder import StoreLock
from civictui.storage.keys import StoreKeys, is_trusted
from civictui.storage.picture_cache import AT_A_TIME
from civictui.storage.slots import Locksmith
from civictui.storage.store import StoreTables
from civictui.storage.store_ports import (
    StoreBlobs,
    StoreEndpoint,
    StoreJournal,
    StoreOutbox,
    StoreReader,
    StoreSecrets,
    StoreStatus,
    StoreWriter,
)
from civictui.storage.thread import StoreThread
from civictui.storage.tile_files import StoreTiles

P = ParamSpec("P")
T = TypeVar("T")


class UnlockedStore:
    """`OpenStore`: one user's store, its ports, and its end."""

    def __init__(
        self,
        user: str,
        place: Path,
        tables: StoreTables,
        thread: StoreThread,
        keys: StoreKeys,
        lock: StoreLock,
    ) -> None:
        self.user = user
        self.place = place
        self.notice = "; ".join(filter(None, (keys.notice, _notice(tables))))
        self.tables = tables
        self._thread = thread
        self._keys = keys
        self._lock = lock
        self.reader = StoreReader(tables, thread, user)
        self.writer = StoreWriter(tables, thread, user)
        self.blobs = StoreBlobs(tables, thread)
        self.tiles = StoreTiles(tables.tiles, thread)
        self.outbox = StoreOutbox(tables, thread)
        self.state = StoreStatus(tables, thread)
        self.secrets = StoreSecrets(tables, thread)
        self.journal = StoreJournal(tables, thread)
        self.endpoint = StoreEndpoint(tables, thread, tables.name, marked=False)
        self.marked = StoreEndpoint(tables, thread, tables.name, marked=True)

    @property
    def set_aside(self) -> int:
        return len(others_of(self.place, ASIDE))

    # --- what the server said ----------------------------------------------------------------

    async def acknowledge(self, revisions: Sequence[tuple[str, str]], told: Seq = 0) -> None:
        await self._thread.run(self.tables.acknowledge, revisions, told)

    async def doubt_since(self, told: Seq) -> None:
        await self._thread.run(self.tables.doubt_since, told)

    async def reject(self, failures: Sequence[WriteFailure]) -> None:
        await self._thread.run(self.tables.reject, failures)

    async def doubt(self) -> None:
        await self._thread.run(self.tables.doubt, self.user)

    async def retry_refused(self, report_id: str = "") -> None:
        await self._thread.run(self.tables.retry_refused, report_id)

    async def tidy(self) -> None:
        with suppress(StoreError):  # what cannot be removed now is removed another time
            while await self._thread.run(self.tables.tidy):
                pass

    async def make_room(self, cache_bytes: int, but: str = "") -> None:
        make_room = self.tables.pictures.make_room
        with suppress(StoreError):  # a picture that cannot be removed now takes its room
            while await self._thread.run(make_room, cache_bytes, self.user, but) >= AT_A_TIME:
                pass

    async def heal(self, missing: Sequence[str]) -> tuple[list[str], list[str]]:
        return await self._thread.run(self.tables.heal, set(missing))

    async def named_objects(self, *, own: bool) -> list[str]:
        user = self.user if own else ""
        return await self._thread.run(self.tables.pictures.named_objects, user)

    async def export(self, path: str, password: str) -> Rescued:
        return await self._thread.run(self._export, path, password)

    async def merge(self) -> int:
        return await self._thread.run(self.tables.merge, self.user)

    def _export(self, path: str, password: str) -> Rescued:
        target = Path(path).expanduser()
        if target.exists():
            raise UsageError(f"{path} is there already", "Name a file that does not exist.")
        return export_unsent(self.tables, self.user, target, password, Locksmith()).counts

    # --- the keyring -------------------------------------------------------------------------

    async def add_password(self, password: str) -> None:
        await self._thread.run(self._keys.add_password, password)

    async def keep_password(self, password: str) -> None:
        await self._thread.run(self._keys.keep_password, password)

    async def seal_with(self, password: str) -> None:
        await self._thread.run(self._keys.seal_with, password)

    async def trust(self, gateway: str, gateway_key: str, recovery: RecoveryKey | None) -> str:
        """The first gateway key that is seen is pinned; a recovery key counts when it signed it."""
        if not gateway_key:
            return ""
        pinned = await self.secrets.get("gateway key")
        if pinned is None:
            await self.secrets.put("gateway key", gateway_key)
        elif pinned != gateway_key:
            return "the gateway has another key than before: ask your supervisor whether that is so"
        if recovery is None or await self._has_recovery(recovery):
            return ""
        if not is_trusted(recovery, gateway, gateway_key):
            return "the gateway named a recovery key that it did not sign: it was not taken"
        return await self._take_recovery(recovery, gateway)

    async def _has_recovery(self, recovery: RecoveryKey) -> bool:
        kept = await self.secrets.get("recovery key")
        return recovery.kid == self._keys.kid and bool(kept == asdict(recovery))

    async def _take_recovery(self, recovery: RecoveryKey, gateway: str) -> str:
        """Into the keyring, and beside it for bundles; a crash between is made good next time."""
        try:
            if recovery.kid != self._keys.kid:
                await self._thread.run(self._keys.give_recovery, recovery, gateway, self.user)
        except ValueError:
            return "the gateway named a recovery key that is none: it was not taken"
        await self.secrets.put("recovery key", asdict(recovery))
        return ""

    # --- the whole ---------------------------------------------------------------------------

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a call in the store's thread, for what works on the tables as a whole."""
        return await self._thread.run(call, *args, **kwargs)

    async def stamp(self) -> Doc:
        return await self._thread.run(lambda: self.tables.stamp)

    async def take_in(self, other: OpenStore) -> Rescued:
        source = cast(UnlockedStore, other)
        work = await source.run(rescue.unsent_work, source.tables)
        # Two threads, one after the other: `other` is asked for each picture while this one waits.
        content = source.tables.blobs.get_or_none
        return await self.run(rescue.take_in, self.tables, work, content)

    async def close(self) -> None:
        """Save what is under way, forget the key, and let the next process in."""
        try:
            await self._thread.run(self.tables.close)
        finally:
            self._thread.close()
            self._lock.release()


_BACK = "they are back from their second copies"


def _notice(tables: StoreTables) -> str:
    if tables.read_only:
        return "the disk is read-only: nothing can be saved"
    findings, back = tables.findings, tables.restored
    if not findings.lost:
        count = back.reports
        return f"the log had lost {count} unsent reports; {_BACK}" if count else ""
    places = len(findings.damaged) + len(findings.broken_chain) + findings.unfinished
    said = f"the store was damaged in {places} places; what the server has comes down again"
    if not back.nothing:
        said += f"; of the unsent reports {back.reports} were lost: {_BACK}"
    return said
