"""The one registry of keys: what is bound where, what footer, help and palette say of it.

Every binding of the program is made from here and has an id, so that a keymap can move it; no
widget or screen declares keys of its own. A scope is a tuple of keys that belong to a screen or a
widget; there is a module for each area, `places` says which are in force together, and `names` how
keys are written.
"""

from typing import Final

from civictui.keys.everywhere import (
    APP,
    ASK,
    BACK,
    BLOCKS,
    BROWSE,
    FOCUS,
    LOCK,
    OPEN,
    PAGE,
    PALETTE,
)
from civictui.keys.fields import (
    ADDRESS,
    ASSIGNEE,
    BRING_BACK,
    CATEGORY,
    CHOICES,
    EDIT,
    LINE,
    LINE_EDIT,
    PATH,
    PHOTOS,
    PLACE,
    TEXT,
)
from civictui.keys.forms import CHANGE, FORM, UPDATE
from civictui.keys.key import Key, Kind
from civictui.keys.names import NO_KEY, display, is_letter, normal
from civictui.keys.passwords import ASIDE, SEALED, SHEET
from civictui.keys.reports import (
    CONFLICT,
    COPY,
    DETAIL,
    FILTER,
    LIST,
    NEARBY,
    ROWS,
    SAVED,
    SAVED_LINES,
    SEARCH,
    SHIFT,
    TICKS,
    VERSIONS,
)
from civictui.keys.settings import FIRST_RUN, LOGIN, PICK, SETTINGS
from civictui.keys.sights import MAP, PICTURE, PIN
from civictui.keys.sync import DELIVERY, PACK, SYNC

__all__ = [
    "ADDRESS",
    "ALL",
    "APP",
    "ASIDE",
    "ASK",
    "ASSIGNEE",
    "BACK",
    "BLOCKS",
    "BRING_BACK",
    "BROWSE",
    "BY_ID",
    "CATEGORY",
    "CHANGE",
    "CHOICES",
    "CONFLICT",
    "COPY",
    "DELIVERY",
    "DETAIL",
    "EDIT",
    "EVERYWHERE",
    "FILTER",
    "FIRST_RUN",
    "FOCUS",
    "FORM",
    "LINE",
    "LINE_EDIT",
    "LIST",
    "LOCK",
    "LOGIN",
    "MAP",
    "NEARBY",
    "NO_KEY",
    "OPEN",
    "PACK",
    "PAGE",
    "PALETTE",
    "PATH",
    "PHOTOS",
    "PICK",
    "PICTURE",
    "PIN",
    "PLACE",
    "ROWS",
    "SAVED",
    "SAVED_LINES",
    "SEALED",
    "SEARCH",
    "SETTINGS",
    "SHEET",
    "SHIFT",
    "SYNC",
    "TEXT",
    "TICKS",
    "UPDATE",
    "VERSIONS",
    "Key",
    "Kind",
    "display",
    "is_letter",
    "normal",
]

_SCOPES: Final = (
    LIST, ROWS, SEARCH, SAVED, FILTER, DETAIL,
    FORM, CHANGE, UPDATE,
    SYNC, DELIVERY, SHIFT, CONFLICT, COPY, VERSIONS, NEARBY, PACK,
    SEALED, ASIDE, FIRST_RUN, LOGIN, SETTINGS, PICK,
    OPEN, PATH, CATEGORY, ASSIGNEE, CHOICES, PHOTOS, PLACE, ADDRESS,
    PICTURE, MAP, PIN,
    PAGE, BLOCKS, SHEET, LINE, TEXT, PALETTE,
    ASK, BACK, FOCUS, BROWSE, APP,
)  # fmt: skip
"""Footer and help name the keys in this order."""

BY_ID: Final = {key.id: key for scope in _SCOPES for key in scope}

ALL: Final = tuple(BY_ID.values())
"""Every key once."""

EVERYWHERE: Final = frozenset(key.id for scope in (BACK, BROWSE, APP) for key in scope)
"""What works on all screens alike."""
