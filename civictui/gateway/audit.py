"""Who did what to accounts and keys: a sealed record log that only grows.

A line is {"time", "action", "user", "device", "outcome"}: `user` is whom it is about, `outcome` is
`done`, `failed`, or the code with which it was refused. Where `action` does not say it all, `what`
has the rest. The gateway and its command line write by
turns: each takes a lock, and opens the log anew where the other has written since.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from civictui.codec import Row, decode_trusted, encode
from civictui.domain.errors import CivicError
from civictui.domain.model import Doc, now_text
from civictui.domain.ports import Clock
from civictui.gateway.folder import GatewayFolder, locked
from civictui.storage.log import RecordLog

RECOVER = "recover"
CHANGE_PASSWORD = "change-password"  # noqa: S105 - the name of a deed
SET_PASSWORD = "passwd"  # noqa: S105
ADD_USER = "add-user"
SET_USER = "set-user"
DISABLE_USER = "disable-user"
ENABLE_USER = "enable-user"
KEY_OFF_LINE = "recovery-key-off-line"
ADD_KEY = "add-key"
REMOVE_KEY = "remove-key"
IMPORT = "import"
SERVICES = "services"
DISABLE_DEVICE = "disable-device"
ENABLE_DEVICE = "enable-device"
POLICY = "policy"
BACKUP = "backup"
RESTORE = "restore"

DONE = "done"
FAILED = "failed"

COMMAND_LINE = "command line"
"""The device of what an administrator does."""

_TABLE = "audit"


class Audit:
    """The audit log of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: GatewayFolder, clock: Clock) -> None:
        self._room = folder.room("audit")
        self._key = folder.key("audit")
        self._store = folder.store
        self._lock = folder.path / "audit.lock"
        self._clock = clock
        self._log: RecordLog | None = None
        self._seen: dict[str, int] = {}

    def note(self, action: str, user: str, device: str, outcome: str, what: str = "") -> None:
        """Add a line, durably. Raises StoreFull, StoreError; then nothing was added."""
        line = {
            "time": now_text(self._clock.now()),
            "action": action,
            "user": user,
            "device": device,
            "outcome": outcome,
            **({"what": what} if what else {}),
        }
        with locked(self._lock):
            log = self._current()
            try:
                log.append([(_TABLE, str(log.sequence + 1), encode(line))])
            except CivicError:
                self.close()  # a log that could not be synced is to be opened anew
                raise
            self._seen = self._files()

    @contextmanager
    def doing(
        self, action: str, user: str = "", device: str = COMMAND_LINE, what: str = ""
    ) -> Iterator[None]:
        """Note what is done inside `with` before it is done: what cannot be noted is not done.

        Where it then fails, a second line says so.
        """
        self.note(action, user, device, DONE, what)
        try:
            yield
        except CivicError:
            with suppress(CivicError):  # the first line stays, and the error is told anyway
                self.note(action, user, device, FAILED, what)
            raise

    def lines(self) -> tuple[list[Doc], bool]:
        """Every line that can be read, the oldest first, and whether some cannot."""
        found: list[Doc] = []

        def take(rows: Sequence[Row]) -> None:
            found.extend(decode_trusted(row) for table, _, row in rows if table == _TABLE and row)

        with locked(self._lock):
            if not RecordLog.exists(self._room):
                return [], False
            log = RecordLog.open(self._room, self._key, self._store, take)
            log.close()
        return found, log.findings.lost

    def close(self) -> None:
        if self._log:
            self._log.close()
        self._log = None

    def _current(self) -> RecordLog:
        """The open log, which stands behind the last line of any process."""
        if self._log is None or self._files() != self._seen:
            self.close()
            if RecordLog.exists(self._room):
                self._log = RecordLog.open(self._room, self._key, self._store, lambda _: None)
            else:
                self._log = RecordLog.create(self._room, self._key, self._store)
        return self._log

    def _files(self) -> dict[str, int]:
        return {path.name: path.stat().st_size for path in self._room.glob("log.*")}
