"""Working with the gateway: sessions, tokens, and the loop that syncs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from civictui.domain.model import Pack, PackOrder, SyncState
from civictui.domain.ports.store import OpenStore
from civictui.domain.ports.vault import Recovery, RecoveryKey


@dataclass(frozen=True, slots=True)
class SignedPolicy:
    """A policy as the gateway gave it: `text` is JSON, see `model.policy`.

    `signature` is its Ed25519 over "civictui/policy/v1", a newline, and the text; base64url.
    """

    text: str
    signature: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in gave."""

    gateway: str
    user: str
    display_name: str
    database: str
    tokens: "Tokens" = field(repr=False)
    policy: SignedPolicy | None = None
    """Whose signature the `gateway_key` of this very answer has; None where there is no such."""
    offset: float = 0.0
    time: str = ""
    """The gateway's clock, RFC 3339; "" where it did not say."""
    gateway_key: str = ""
    recovery_key: RecoveryKey | None = None
    roles: tuple[str, ...] = ()
    """What the gateway lets this user do: "technician", "supervisor", "admin", or others yet."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What proves a session. Only the access token travels; `key` never leaves the device."""

    access: str
    expires_in: float
    refresh: str
    key: str


class Signer(Protocol):
    """Ed25519, for the proof that a session is used by the device that began it.

    Keys and signatures are base64url without padding.
    """

    def new_key(self) -> tuple[str, str]:
        """A fresh (private, public) pair."""
        ...

    def sign(self, private: str, message: bytes) -> str: ...

    def is_signed(self, public: str, message: bytes, signature: str) -> bool:
        """Whether this is the signature of that key; False for what is no key or no signature."""
        ...


class Session(Protocol):
    """The gateway's word on who we are."""

    async def look_at(self, address: str) -> str:
        """The origin of the gateway that answers at this address; no password is sent.

        Raises UsageError for what is no address, Unreachable where nothing answers, GatewayError
        where something else does.
        """
        ...

    async def notice(self, origin: str) -> str:
        """The operator's notice for whoever is about to sign in, "" for none; nobody is named.

        Raises GatewayError where the gateway cannot be asked.
        """
        ...

    async def sign_in(self, origin: str, user: str, password: str) -> Grant:
        """Raises Unreachable, SignInRefused, SignInBlocked."""
        ...

    async def recover(
        self, origin: str, user: str, password: str, recovery: Recovery
    ) -> Mapping[str, Any]:
        """Have the gateway open a recovery slot. Raises as `sign_in`, and Refused."""
        ...

    async def change_password(self, origin: str, user: str, current: str, new: str) -> None:
        """Raises as `sign_in`, and Refused for a password that will not do."""
        ...


class SyncControl(Protocol):
    """The loop, seen from the app. None of these waits for the network."""

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        """Begin to work for this store; without tokens, those that it keeps are renewed."""
        ...

    def rest(self, store: OpenStore) -> None:
        """Say what is unsent, and send nothing: no server is known."""
        ...

    def signed_in(self, tokens: Tokens) -> None:
        """A new session of the same user, after SignInNeeded."""
        ...

    def wake(self, *, retry: bool = False) -> None:
        """Try now, whatever was planned; with `retry`, what the server refused too."""
        ...

    def want_picture(self, key: str) -> None:
        """Fetch this picture before anything else; PictureReady or PictureFailed follows."""
        ...

    def pause(self) -> None:
        """Send and fetch nothing until `resume`; what is under way ends between two steps."""
        ...

    def resume(self) -> None: ...

    def allow_deletions(self) -> None:
        """Let the deletions through that are held (`SyncPhase.HELD`), once."""
        ...

    def send_photos(self) -> None:
        """Send now the photos that wait by a rule of the link; those of later wait again."""
        ...

    def pack(self, order: PackOrder) -> None:
        """Sync, then fetch for a day without a link; PackMoved tells how far it is."""
        ...

    def stop_packing(self) -> None: ...

    def packing(self) -> Pack | None:
        """How far it is, or how the last one since `start` ended; None before the first."""
        ...

    def state(self) -> SyncState: ...

    async def recount(self) -> None:
        """Say at once what is unsent now: after a report was saved, before anybody is told."""
        ...

    async def stop(self) -> None:
        """End the loop between two steps and wait for it."""
        ...
