"""What a client may say of its own failures: numbers, codes, and where in the program. No text.

{"day", "kind", "code", "count", "trace"}; what does not fit is refused as a whole, so that a client
that is wrong about what is redacted is found out, and nothing of it is kept.
"""

import re
from datetime import date
from typing import Any

from civictui.domain.model import Doc
from civictui.gateway.problems import bad_request

KINDS = ("crash", "sync", "refused", "store")
MOST_LINES = 200
MOST_COUNT = 1_000_000
_MOST_TRACE = 40
_NAMES = {"day", "kind", "code", "count", "trace"}
_BATCH = re.compile(r"[0-9a-f]{16}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PLACE = re.compile(r"[A-Za-z0-9_./<>:() -]{0,200}")


def lines_in(body: Doc) -> list[Doc]:
    """The lines of a request's body. Raises Problem 400."""
    lines = body.get("lines")
    if not isinstance(lines, list) or not lines or len(lines) > MOST_LINES:
        raise bad_request(f"The body is an object 'lines' with 1 to {MOST_LINES} lines.")
    if not body.keys() <= {"lines", "batch"}:
        raise bad_request("The body has 'lines' and perhaps 'batch', and nothing else.")
    for number, line in enumerate(lines):
        if not isinstance(line, dict) or not _is_line(line):
            raise bad_request(f"Line {number} has something that no client's log may have.")
    return [{"trace": [], **line} for line in lines]


def batch_in(body: Doc) -> str:
    """What the client calls these lines, so that they count once; "" for none. Raises Problem."""
    batch = body.get("batch", "")
    if "batch" in body and not _fits(_BATCH, batch):
        raise bad_request("A 'batch' is 16 hexadecimal digits.")
    return str(batch)


def _is_line(line: dict[str, Any]) -> bool:
    return (
        set(line) | {"trace"} == _NAMES
        and _is_day(line["day"])
        and line["kind"] in KINDS
        and _fits(_CODE, line["code"])
        and type(line["count"]) is int
        and 0 < line["count"] <= MOST_COUNT
        and _is_trace(line["kind"], line.get("trace", []))
    )


def _is_day(value: object) -> bool:
    if not _fits(_DAY, value):
        return False
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_trace(kind: str, value: object) -> bool:
    if not isinstance(value, list) or len(value) > (_MOST_TRACE if kind == "crash" else 0):
        return False
    return all(_fits(_PLACE, place) for place in value)


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
