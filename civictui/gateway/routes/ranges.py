"""The Range header (RFC 9110, section 14): one span of bytes; anything else is the whole."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from civictui.gateway.problems import Problem

_ONE_SPAN = re.compile(r"bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})", re.ASCII)


class Span(NamedTuple):
    """The first and the last byte, both included."""

    first: int
    last: int


def requested_span(headers: Mapping[str, str], size: int, etag: str) -> Span | None:
    """The span that is to be given, or None for the whole. Raises Problem 416.

    An If-Range of another content asks for the whole: the parts would not fit together.
    """
    found = _ONE_SPAN.fullmatch(headers.get("range", "").strip())
    if not found or headers.get("if-range", etag).strip() != etag:
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    span = _span(first, last, size)
    if not 0 <= span.first <= span.last:
        reason = "This part is behind the end of the picture."
        raise Problem(416, "bad_range", reason, headers={"Content-Range": f"bytes */{size}"})
    return span


def _span(first: str, last: str, size: int) -> Span:
    if not first:  # the last so many bytes
        return Span(max(0, size - int(last)), size - 1 if int(last) else -1)
    return Span(int(first), min(int(last) if last else size - 1, size - 1))
