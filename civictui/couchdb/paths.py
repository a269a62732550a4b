"""Names of others in the path of a request: what may stand there, and mean nothing but itself.

"." and ".." are steps to a client that makes a request, also where they are quoted to a proxy that
takes quoting away before it looks. Such a step leads to another resource, asked for with the
credentials of whoever asks.
"""

import re
from urllib.parse import quote, unquote

_PLAIN = re.compile(r"[0-9A-Za-z_~:-][0-9A-Za-z_~:.-]*", re.ASCII)
_STEPS = {".", ".."}
_BETWEEN = re.compile(r"[/\\]")
_LAYERS = 4
"""Quoted so many times over, a name is taken for what it would be; nobody unquotes more often."""


def is_plain_in_paths(name: str) -> bool:
    """Whether every machine on the way leaves it as it is."""
    return _PLAIN.fullmatch(name) is not None


def is_name_in_paths(name: str) -> bool:
    """Whether it is a name, quoted, to every machine on the way: not where it holds a step."""
    for _ in range(_LAYERS):
        if not _STEPS.isdisjoint(_BETWEEN.split(name)):
            return False
        if "%" not in name:
            return True
        name = unquote(name)
    return True


def segment(name: str) -> str:
    """A name as one segment of a path. Raises ValueError for one that would lead elsewhere."""
    if not is_name_in_paths(name):
        raise ValueError("This name would lead elsewhere in a path")
    return quote(name, safe="")
