"""Ids made by the client, so that a request sent twice is one document."""

import hashlib
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


def id_within(first: str, part: str) -> str:
    """An id beside `first`, always the same for the same `part`: of the same time, where that has
    one. What is made of one draft again is the same again.
    """
    noise = hashlib.sha256(f"{first}\n{part}".encode(errors="replace")).digest()
    try:
        time = uuid.UUID(first).int >> 80
    except ValueError:
        time = 0
    value = time << 80 | 0x7 << 76 | int.from_bytes(noise[:2], "big") % (1 << 12) << 64
    value |= 0b10 << 62 | int.from_bytes(noise[2:10], "big") % (1 << 62)
    return str(uuid.UUID(int=value))
