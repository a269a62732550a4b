"""Answers as XML or JSON, by the specification's mapping (the Spark convention).

XML is written by hand from names that stand here in the code and texts that are escaped; nothing
that anybody wrote becomes markup, and nothing here reads XML.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from civictui.codec import encode

FORMATS: Final = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
"""Media types by what a path ends with."""

_ITEMS: Final = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
}
"""What the members of a list are called."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot have, escaped or not."""


def written(form: str, root: str, value: Any) -> bytes:
    """`value` in a format of `FORMATS`; `root` is the name of the first element of the XML."""
    return encode(value) if form == "json" else as_xml(root, value)


def as_xml(root: str, value: Any) -> bytes:
    parts = ['<?xml version="1.0" encoding="utf-8"?>\n']
    _element(root, value, parts)
    return "".join(parts).encode()


def _element(name: str, value: Any, parts: list[str]) -> None:
    """Add an element; `name` is one of ours, never anything that came."""
    if value is None:
        parts.append(f"<{name}/>")
        return
    parts.append(f"<{name}>")
    if isinstance(value, list):
        for item in value:
            _element(_ITEMS[name], item, parts)
    elif isinstance(value, Mapping):
        for member, content in value.items():
            _element(member, content, parts)
    else:
        parts.append(_escaped(value))
    parts.append(f"</{name}>")


def _escaped(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A bare carriage return would come out of every parser as a line feed.
    return escape(_NOT_XML.sub("", str(value)), {"\r": "&#13;"})
