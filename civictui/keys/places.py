"""Which scopes are in force together: a keymap must not give one key two things to do there.

A place is a screen, by the name of its class, with what may have the focus on it. What is said here
the tests compare with the running program.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

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
    CATEGORY,
    CHOICES,
    LINE,
    LINE_EDIT,
    PATH,
    PHOTOS,
    PLACE,
    TEXT,
)
from civictui.keys.forms import CHANGE, FORM, UPDATE
from civictui.keys.key import Key, Kind
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

Scope: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A screen. `foci` are the scopes of what may have the focus, each by itself.

    `name` is how a person calls it. Below a question that stands `alone` nothing else is in force.
    """

    name: str
    screen: Scope
    foci: tuple[Scope, ...] = ()
    alone: bool = False

    def chains(self) -> Iterator[tuple[Scope, Scope]]:
        """For each focus, its own keys and those below, which get what it does not take."""
        below = self.screen if self.alone else self.screen + APP
        for focus in self.foci or ((),):
            yield focus, below


def types(focus: Scope) -> bool:
    """Whether with this focus letters are letters."""
    return any(key.kind is Kind.TYPE for key in focus)


_FORM: Final = (TEXT, CATEGORY, CHOICES, LINE, PATH, PHOTOS, PLACE, ADDRESS)
_SHEET: Final = BACK + SHEET + FOCUS

PLACES: Final = {
    "Login": Place("the page for signing in", FOCUS + LOGIN, (LINE,)),
    "FirstRun": Place("the page that asks for the server", FOCUS + FIRST_RUN, (LINE,)),
    "SettingsPage": Place("the settings", SETTINGS + FOCUS, (LINE, PATH, PICK)),
    "ReportList": Place("the list of reports", LIST + SAVED + BROWSE, (ROWS, LINE_EDIT + SEARCH)),
    "FilterPage": Place(
        "the filters", FILTER + SAVED + BACK + FOCUS, (TICKS, CATEGORY, LINE, SAVED_LINES)
    ),
    "ReportDetail": Place("the page of a report", BACK + DETAIL + BROWSE, (PAGE,)),
    "ReportNew": Place("the form of a report", FORM + FOCUS, _FORM),
    "ReportEdit": Place("the form of a change", CHANGE + FOCUS, _FORM),
    "UpdatePage": Place(
        "the page of an update", UPDATE + FOCUS, (TEXT, CHOICES, ASSIGNEE, PATH, PHOTOS, LINE)
    ),
    "CopyPage": Place("the page for copying", BACK + COPY + BROWSE, (BLOCKS,)),
    "NearbyPage": Place("the reports near by", BACK + NEARBY + BROWSE, (BLOCKS, BLOCKS + OPEN)),
    "SyncPage": Place("the page of the sync", BACK + SYNC + BROWSE, (BLOCKS + OPEN,)),
    "DeliveryPage": Place("the page of a terminal that only delivers", DELIVERY + BROWSE, (PAGE,)),
    "ShiftPage": Place("the summary of a shift", BACK + SHIFT + BROWSE, (BLOCKS + OPEN,)),
    "PackPage": Place("the page that packs the day", BACK + PACK + BROWSE, (BLOCKS,)),
    "ConflictPage": Place("the page of a conflict", BACK + CONFLICT + BROWSE, (BLOCKS,)),
    "EarlierVersions": Place(
        "the list of earlier versions", BACK + VERSIONS + BROWSE, (BLOCKS + OPEN,)
    ),
    "VersionPage": Place("an earlier version", BACK + VERSIONS + BROWSE, (PAGE,)),
    "PicturePage": Place("a picture", BACK + PICTURE + BROWSE),
    "MapPage": Place("the map", BACK + MAP + BROWSE),
    "PinPage": Place("the map on which a place is set", BACK + PIN + BROWSE),
    "Palette": Place("the palette", BACK, (LINE_EDIT + PALETTE,)),
    "Help": Place("the help", BACK + BROWSE, (PAGE,)),
    "ChangePasswordPage": Place("the page of a new password", _SHEET, (LINE,)),
    "ExportPage": Place("the page of a sealed file", _SHEET, (LINE, PATH)),
    "SealedPage": Place("the page of another password", _SHEET + SEALED, (LINE,)),
    "WorkAside": Place("the page of work set aside", _SHEET + ASIDE, (LINE,)),
    "AskPassword": Place("the question for the password", BACK + APP, (LINE,), alone=True),
    "Ask": Place("a question", ASK + LOCK, alone=True),
}
