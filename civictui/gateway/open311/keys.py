"""API keys: each stands for an account of the gateway, and posts as that account.

{"v": 1, "keys": {SHA-256 of the key: {"user", "made"}}}, sealed. A key has 192 random bits and is
shown once; its hash is all that is kept. The command line writes the file, and a running gateway
reads it again after a change. Whether the account is let in is asked of the accounts each time.
"""

import unicodedata
from dataclasses import dataclass

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.model import Doc
from civictui.gateway.accounts.accounts import checked_name
from civictui.gateway.accounts.tokens import hashed, new_secret
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.sealed import SealedFile

MOST = 1_000
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: `mark` is the beginning of its hash, `made` RFC 3339."""

    user: str
    made: str
    mark: str


class ApiKeys:
    """Those of one folder. Any process may change them while another one serves. Blocking."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._lock = folder.path / "api-keys.lock"
        key, purpose = folder.key("api-keys"), b"civictui/gateway/api-keys/v1"
        self._file = SealedFile(folder.path / "api-keys", key, purpose)
        self._read: tuple[tuple[int, ...], dict[str, Doc]] = ((), {})

    def make(self, user: str, made: str) -> str:
        """A new key for an account; the only time that it is told. Raises UsageError."""
        spelled, key = checked_name(user), new_secret()
        with locked(self._lock):
            known = self._load()
            if len(known) >= MOST:
                raise UsageError(f"There are {MOST} keys", "Remove one that nobody uses.")
            self._write({**known, hashed(key): {"user": spelled, "made": made}})
        return key

    def remove(self, user: str) -> int:
        """Take away every key of an account; says how many there were."""
        spelled = unicodedata.normalize("NFC", user)
        with locked(self._lock):
            known = self._load()
            kept = {mark: said for mark, said in known.items() if said["user"] != spelled}
            if len(kept) < len(known):
                self._write(kept)
        return len(known) - len(kept)

    def all(self) -> list[ApiKey]:
        """All keys, by account and age."""
        found = [ApiKey(k["user"], k["made"], mark[:8]) for mark, k in self._current().items()]
        return sorted(found, key=lambda key: (key.user, key.made, key.mark))

    def user_of(self, key: str) -> str | None:
        """The account that a key stands for."""
        said = self._current().get(hashed(key)) if 0 < len(key) <= _LONGEST else None
        return str(said["user"]) if said else None

    def _current(self) -> dict[str, Doc]:
        version = self._file.version()
        if version != self._read[0]:
            self._read = (version, self._load())
        return self._read[1]

    def _load(self) -> dict[str, Doc]:
        try:
            found = (self._file.read() or {"keys": {}})["keys"]
            return {str(mark): {"user": k["user"], "made": k["made"]} for mark, k in found.items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise StoreDamaged(
                f"{self._file.path} is not of a version that this program knows",
                "Use a newer civictui.",
            ) from error

    def _write(self, keys: dict[str, Doc]) -> None:
        self._file.write({"v": 1, "keys": keys})
