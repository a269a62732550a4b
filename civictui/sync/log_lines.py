"""The lines of a client log: made of words that this program knows, and of nothing else.

What a server, a person or a file says never gets into one. A code is a name in the source or one
of those listed here; a trace is a place in the source; all other is "other", or left out.
"""

import builtins
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from civictui.domain import errors
from civictui.domain.crash import Crash
from civictui.domain.errors import CivicError, Refused, StoreError
from civictui.domain.model import read_time

CRASH, SYNC, REFUSED, STORE = "crash", "sync", "refused", "store"
"""Kinds of lines."""
OTHER: Final = "other"
_CODES = """
attachments_refused backend_unavailable bad_content_type bad_encoding bad_key bad_metadata
bad_range bad_request bad_signature bad_version blocked busy checksum_mismatch conflict
device_disabled doc_validation filter_refused forbidden foreign_sequence head_too_large
illegal_docid internal internal_server_error key_taken lost managed_elsewhere method_not_allowed
no_room not_a_picture not_found not_yours object_exists offset_mismatch page_too_large
query_parse_error quota_reached revision_taken service_unavailable session_expired
session_revoked timeout too_large too_many_requests too_many_uploads unauthorized unknown_error
version_disabled wrong_credentials
"""
CODES: Final = frozenset(_CODES.split())
"""What a gateway or a database may refuse something with, and what this program says itself."""
MOST_TRACE: Final = 40
MOST_COUNT: Final = 1_000_000
_STATUS = re.compile(r"http-\d{1,3}", re.ASCII)
_KIND = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,63})(?: \d{1,6})?")
_PLACE = re.compile(
    r"  (?:([A-Za-z0-9_.-]{1,60})/[A-Za-z0-9_.-]{1,60}|<[a-z]{1,10}(?: [A-Za-z0-9_.]{1,60})?>)"
    r":\d{1,7} [A-Za-z0-9_<>.]{1,60}"
)
"""A place in a crash record: the last folder and the file, or what is no file."""
_LIBRARY = re.compile(r"site-packages|python3\.\d{1,3}", re.ASCII)
_NAMED = frozenset(
    name
    for module in (builtins, errors)
    for name, found in vars(module).items()
    if isinstance(found, type) and issubclass(found, BaseException)
)
"""Errors of Python's own and of this program."""

Line: TypeAlias = dict[str, Any]
Count: TypeAlias = tuple[str, str]
"""Kind and code of what is counted."""


def counted(error: CivicError) -> Count:
    """What a trouble that the sync met is counted as."""
    if isinstance(error, Refused):
        status = error.status if 100 <= error.status <= 999 else 0
        return SYNC, error.code if error.code in CODES else f"http-{status}"
    return STORE if isinstance(error, StoreError) else SYNC, type(error).__name__


def known(code: str) -> str:
    """The code of a document that was refused."""
    return code if code in CODES else OTHER


def line(day: str, count: Count, number: int) -> Line:
    kind, code = count
    return {"day": day, "kind": kind, "code": code, "count": number}


def crash_line(crash: Crash, today: str) -> Line:
    """Its kind and its places in the source; a record without a time counts as of `today`."""
    at = read_time(crash.at)
    trace = [text for text in crash.trace if _is_kind(text) or _is_place(text)]
    made = line(day_of(at) if at else today, (CRASH, _kind(crash.kind)), 1)
    return {**made, "trace": trace[:MOST_TRACE]}


def day_of(time: datetime) -> str:
    return time.date().isoformat()


def read_counts(kept: object) -> dict[str, dict[Count, int]]:
    """What `write_counts` wrote, by the day; what is none is passed over."""
    days: dict[str, dict[Count, int]] = {}
    for found in kept if isinstance(kept, list) else ():
        match found:
            case [str(day), str(kind), str(code), int(number)] if _is_line(day, kind, code):
                days.setdefault(day, {})[kind, code] = min(max(number, 1), MOST_COUNT)
    return days


def _is_line(day: str, kind: str, code: str) -> bool:
    time = read_time(day)
    if time is None or day_of(time) != day:
        return False
    if kind == REFUSED:
        return known(code) == code
    is_code = code in CODES or code in _NAMED or _STATUS.fullmatch(code) is not None
    return kind in {SYNC, STORE} and is_code


def write_counts(days: Mapping[str, Mapping[Count, int]]) -> list[list[Any]]:
    return [[day, *count, number] for day in days for count, number in days[day].items()]


def _is_kind(text: str) -> bool:
    return _kind(text) != OTHER


def _is_place(text: str) -> bool:
    """Whether it is in the source: a script in somebody's own folder has that person's name."""
    found = _PLACE.fullmatch(text)
    folder = found[1] if found else None
    if found is None or folder is None:
        return found is not None
    is_package = any(folder in name.split(".") for name in tuple(sys.modules))
    return is_package or _LIBRARY.fullmatch(folder) is not None


def _kind(text: str) -> str:
    """The name of a kind of error: Python's, ours, or one that is called as errors are."""
    found = _KIND.fullmatch(text)
    name = found[1] if found else ""
    if name in _NAMED or name.endswith(("Error", "Exception")):
        return name or OTHER
    return OTHER
