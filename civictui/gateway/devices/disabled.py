"""The devices that an operator has disabled: they deliver what is queued, and read nothing.

{"v": 1, "devices": {id: {"since", "by", "why", "lost"}}}, sealed. The command line writes the file;
a running gateway looks at its version with each request, and reads it again after a change.
"""

from dataclasses import asdict, dataclass
from typing import Any

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.text import one_line
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.sealed import SealedFile, Watched

MOST = 10_000
_LONGEST_WHY = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Disabled:
    """A device that was disabled `since` (RFC 3339) `by` somebody; `lost` is out of his hands."""

    since: str
    by: str = ""
    why: str = ""
    lost: bool = False


class DisabledDevices:
    """Those of one folder. Any process may change them while another one serves. Blocking."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._lock = folder.path / "devices-disabled.lock"
        key, purpose = folder.key("devices-disabled"), b"civictui/gateway/devices-disabled/v1"
        self._file = SealedFile(folder.path / "devices-disabled", key, purpose)
        self._watched = Watched(self._file, self._load)

    def has(self, device_id: str) -> bool:
        """Whether the device of exactly this id is disabled; cheap enough for each request."""
        return device_id in self.all()

    def all(self) -> dict[str, Disabled]:
        """All of them by id, as of now; see `Watched`. Raises StoreDamaged."""
        return self._watched.current()

    def disable(self, device_id: str, said: Disabled) -> Disabled:
        """Disable a device. Of one that is disabled already, why and whether it is lost change.

        It stays disabled since it was. Raises UsageError where there are too many.
        """
        with locked(self._lock):
            known = self._load()
            if device_id not in known and len(known) >= MOST:
                raise UsageError(f"{MOST} devices are disabled", "Enable those that are gone.")
            entry = _merged(known.get(device_id), said)
            self._write({**known, device_id: entry})
        return entry

    def enable(self, device_id: str) -> None:
        """Let a device in again. Raises UsageError where it is not disabled."""
        with locked(self._lock):
            known = self._load()
            if known.pop(device_id, None) is None:
                raise UsageError(f"{one_line(device_id)} is not disabled")
            self._write(known)

    def _load(self) -> dict[str, Disabled]:
        try:
            found = (self._file.read() or {"devices": {}})["devices"]
            return {str(key): _disabled(said) for key, said in found.items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise StoreDamaged(
                f"{self._file.path} is not of a version that this program knows",
                "Use a newer civictui.",
            ) from error

    def _write(self, devices: dict[str, Disabled]) -> None:
        said = {device: asdict(entry) for device, entry in devices.items()}
        self._file.write({"v": 1, "devices": said})


def _merged(before: Disabled | None, said: Disabled) -> Disabled:
    why = one_line(said.why)[:_LONGEST_WHY]
    if before is None:
        return Disabled(since=said.since, by=said.by, why=why, lost=said.lost)
    return Disabled(
        since=before.since,
        by=said.by,
        why=why or before.why,
        lost=said.lost or before.lost,
    )


def _disabled(said: Any) -> Disabled:
    return Disabled(
        since=str(said["since"]),
        by=str(said.get("by", "")),
        why=str(said.get("why", "")),
        lost=said.get("lost") is True,
    )
