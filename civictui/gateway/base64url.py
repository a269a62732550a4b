"""Keys and signatures as text: base64url without padding (RFC 4648, section 5)."""

import base64


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Raises ValueError for what is no such text, non-ASCII characters among it."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
