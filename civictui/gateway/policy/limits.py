"""What the gateway takes, and within what bounds a policy may set its numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from civictui.domain.model.policy import MOST_OFFLINE_DAYS

OBJECT_BYTES = 16 * 1024 * 1024
"""The largest picture taken."""
DOCUMENT_BYTES = 1024 * 1024
"""The largest document taken, as JSON."""
PAGE_BYTES = 16 * 1024 * 1024
"""The largest request of documents taken, inflated, and the largest page given."""

BOUNDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "offline_days": (0, MOST_OFFLINE_DAYS),
        "photo_bytes": (50_000, OBJECT_BYTES),
        "thumbnail_bytes": (3_000, 8_000),
        "accuracy_meters": (5, 10_000),
    }
)
"""The least and the most of each number that an operator may write."""

MOST_VERSIONS: Final = 100
MOST_RULES: Final = 100
AREA_CORNERS: Final = 2_000
"""Of one rule: how it lies to a user's area is found out while a terminal waits."""
ALL_CORNERS: Final = 10_000
"""Of all rules together."""
