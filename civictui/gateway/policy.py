"""What the gateway asks of the application; it is kept for offline work."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from civictui.codec import encode

OBJECT_BYTES = 16 * 1024 * 1024
"""The largest picture taken."""
DOCUMENT_BYTES = 1024 * 1024
"""The largest document taken, as JSON."""
PAGE_BYTES = 16 * 1024 * 1024
"""The largest request of documents taken, inflated, and the largest page given."""


@dataclass(frozen=True, slots=True)
class Policy:
    photo_bytes: int = 400_000
    """What a photo is shrunk to before it is sent."""
    thumbnail_bytes: int = 8_000
    accuracy_meters: int = 50
    """A receiver's fix that is less accurate is marked."""

    def to_doc(self) -> dict[str, int]:
        return {
            "photo_bytes": self.photo_bytes,
            "thumbnail_bytes": self.thumbnail_bytes,
            "accuracy_meters": self.accuracy_meters,
            "object_bytes": OBJECT_BYTES,
            "document_bytes": DOCUMENT_BYTES,
        }


def etag_of(policy: Mapping[str, Any]) -> str:
    """The ETag of a policy as it is told to somebody."""
    return f'"{hashlib.sha256(encode(policy)).hexdigest()[:32]}"'
