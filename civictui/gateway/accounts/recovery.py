"""The organisation's recovery key: it opens the store of somebody whose password is forgotten.

Each store has a slot with its data key sealed to the public half, which every sign-in hands out,
signed. Whoever has the private half opens every store that he can get hold of, and so it can be
taken off line: then the folder keeps the public half alone.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.errors import CivicError, StoreDamaged, UsageError
from civictui.domain.model import Doc
from civictui.gateway.accounts.recovery_file import key_id, public_half, write_key_file
from civictui.gateway.audit import KEY_OFF_LINE, Audit
from civictui.gateway.base64url import decoded, encoded
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.signing import SigningKey

_ANNOUNCED = "civictui/recovery-key/v1"


class RecoveryKey:
    """The recovery key of one folder, on line or off."""

    def __init__(self, folder: GatewayFolder) -> None:
        """Read it, or make it on first use. Raises StoreDamaged where it is gone."""
        self._lock = folder.path / "recovery.lock"
        self._file = folder.lasting("recovery", _new)
        said = self._read()
        self.kid: str = said["kid"]
        """The first 16 hexadecimal digits of the SHA-256 of the public half."""
        self.public_key: str = said["public_key"]
        """Base64url."""

    def private(self) -> bytes | None:
        """The private half, or None where it is off line. Read anew at each call."""
        text = self._read().get("private")
        return decoded(text) if text else None

    def handed_out(self, gateway: str, signing: SigningKey) -> dict[str, str]:
        """The public half as devices are told it, in the name of the gateway of this id."""
        message = f"{_ANNOUNCED}\n{gateway}\n{self.kid}\n{self.public_key}"
        signature = signing.sign(message.encode())
        return {"kid": self.kid, "public_key": self.public_key, "signature": signature}

    def take_off_line(self, path: Path, audit: Audit) -> None:
        """Write the private half to a new file at `path`, and forget it here.

        Raises UsageError where it is off line already, where the file is there or cannot be made,
        or would lie in the folder that the key is to leave.
        """
        self._refuse_inside(path)
        with locked(self._lock):
            private = self.private()
            if private is None:
                raise UsageError(
                    "The recovery key is off line already", "It lies where it was put then."
                )
            write_key_file(path, self.kid, private)
            try:
                with audit.doing(KEY_OFF_LINE):
                    self._file.write({"v": 1, "kid": self.kid, "public_key": self.public_key})
            except CivicError:
                if self.private() is not None:  # else the file is all that there is
                    path.unlink()
                raise

    def _refuse_inside(self, path: Path) -> None:
        if path.resolve().is_relative_to(self._file.path.parent.resolve()):
            raise UsageError(
                f"{path} is in the gateway's folder, which the key is to leave",
                "Name a file on another medium.",
            )

    def _read(self) -> dict[str, str]:
        said = self._file.read() or {}
        if not isinstance(said.get("kid"), str):
            raise StoreDamaged(f"{self._file.path} is damaged", "Put a copy of it back.")
        return said


def _new() -> Doc:
    private = X25519PrivateKey.generate().private_bytes_raw()
    public = public_half(private)
    return {
        "v": 1,
        "kid": key_id(public),
        "public_key": encoded(public),
        "private": encoded(private),
    }
