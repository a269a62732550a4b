"""Ids made by the client, so that a request sent twice is one document."""

import os
import uuid
from datetime import datetime


def new_id(now: datetime) -> str:
    """A UUID of version 7 (RFC 9562): sorted by time to the millisecond, 74 random bits."""
    milliseconds = max(0, int(now.timestamp() * 1000)) & ((1 << 48) - 1)
    noise = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | (noise & ((1 << 62) - 1))
    return str(uuid.UUID(int=value))
