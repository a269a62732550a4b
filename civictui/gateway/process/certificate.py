"""TLS from two files, which may be taken anew while connections go on.

What is taken anew is for handshakes to come: a connection keeps what it began with. Where the new
files cannot be used the former ones stay in force.
"""

import ssl
from pathlib import Path

from cryptography import x509

from civictui.domain.errors import UsageError

_MOST_BYTES = 1024 * 1024
_ADVICE = "Name a certificate's chain and its private key, both in PEM."


class Certificate:
    """A chain and its key. Raises UsageError where they cannot be used."""

    def __init__(self, chain: Path, key: Path) -> None:
        self._files = chain, key
        self._current, self.until = _loaded(chain, key)
        """`until` is when it ends, in Unix seconds."""
        self.context = self._current
        """What a server listens with, for as long as it does."""
        self.context.sni_callback = self._chosen

    def renew(self) -> None:
        """Take the files anew. Raises UsageError; then nothing has changed."""
        self._current, self.until = _loaded(*self._files)

    def _chosen(self, connection: ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        """Each handshake asks, also one that names no server."""
        connection.context = self._current


def _loaded(chain: Path, key: Path) -> tuple[ssl.SSLContext, float]:
    content = _readable(chain)
    _readable(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        until = x509.load_pem_x509_certificates(content)[0].not_valid_after_utc.timestamp()
        context.load_cert_chain(chain, key, password="")  # who is asked for one would stand still
    except (ssl.SSLError, OSError) as error:
        raise _unusable(chain, key, error) from error
    except ValueError as error:
        raise UsageError(f"{chain} holds no certificate", _ADVICE) from error
    return context, until


def _readable(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        why = error.strerror or "refused"
        raise UsageError(f"{path} cannot be read: {why}", _ADVICE) from error


def _unusable(chain: Path, key: Path, error: OSError) -> UsageError:
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        return UsageError(f"The key in {key} is not that of the certificate in {chain}", _ADVICE)
    return UsageError(f"{key} holds no private key that opens without a password", _ADVICE)
