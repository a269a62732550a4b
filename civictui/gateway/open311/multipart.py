"""A body of `multipart/form-data` (RFC 7578) taken apart, as browsers, curl and .NET make them.

Strict: no preamble, no nesting, no transfer encodings. The whole body is in memory already.
"""

import re
from dataclasses import dataclass
from typing import Final

from civictui.gateway.problems import bad_request

MOST_PARTS: Final = 300
_HEAD_BYTES: Final = 4_096
_LINES = re.IGNORECASE | re.MULTILINE
_BOUNDARY = re.compile(
    r';\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;",]{1,70}))\s*(?:;|$)', re.IGNORECASE
)
_DISPOSITION = re.compile(r"^content-disposition:[ \t]*form-data((?:;[^\r\n]*)?)$", _LINES)
_NAME = re.compile(r';[ \t]*name=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
"""Without quotes it is what .NET makes of a name."""
_FILE = re.compile(r";[ \t]*filename\*?=", re.IGNORECASE)
_ENCODED = re.compile(r"^content-transfer-encoding:[ \t]*(?!binary\b|8bit\b|7bit\b)", _LINES)


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    content: bytes
    is_file: bool


def parts_of(content: bytes, content_type: str) -> list[Part]:
    """Raises Problem 400 for what is no such body, or has more than 300 parts."""
    found = _BOUNDARY.search(content_type)
    if not found:
        raise bad_request("The Content-Type names no boundary.")
    delimiter = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    content = b"\r\n" + content
    if content.count(delimiter) > MOST_PARTS + 1:
        raise bad_request(f"A form has {MOST_PARTS} fields at most.")
    before, *pieces = content.split(delimiter)
    if before or not pieces or not pieces[-1].startswith(b"--"):
        raise bad_request("The multipart body is not whole.")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> Part:
    head, blank, content = piece.partition(b"\r\n\r\n")
    try:
        said = head.decode() if len(head) <= _HEAD_BYTES else ""
    except UnicodeDecodeError:
        said = ""
    told = _DISPOSITION.search(said.replace("\r\n", "\n"))
    name = _NAME.search(told[1]) if told else None
    if not (told and name and blank and said.startswith("\r\n")) or _ENCODED.search(said):
        raise bad_request("A part of the multipart body cannot be read.")
    return Part(name[1] or name[2], content, bool(_FILE.search(told[1])))
