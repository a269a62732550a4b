"""The settings of this terminal: each is in force and written with the key that leaves it."""

import shlex
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Label

from civictui import keymap
from civictui.domain.errors import CivicError, UsageError
from civictui.domain.text import one_line
from civictui.keys import FOCUS, SETTINGS
from civictui.preferences import Preferences, WrongSettings
from civictui.screens.desk import Desk
from civictui.screens.intents import SettingsChanged
from civictui.screens.page import Page
from civictui.settings import CHOICES, FLAGS
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.pick_field import PickField
from civictui.widgets.scroll_page import Scrolled
from civictui.widgets.title_line import TitleLine

_GROUPS: Final = {
    "The server and the link": {
        "server": "Server",
        "photos": "Send photos",
        "daily_megabytes": "Pictures, MB a day",
        "cache_megabytes": "Others' pictures, MB",
        "pack_megabytes": "Pack my day, MB",
        "pack_meters": "Pack within, metres",
    },
    "The display": {
        "theme": "Theme",
        "units": "Units",
        "pictures": "Pictures",
        "ascii": "ASCII only",
        "full_repaint": "Always draw all of it",
    },
    "This terminal": {
        "lock_minutes": "Lock after, minutes",
        "sending_minutes": "Send on, minutes",
        "position": "Position",
        "inbox": "Photo folder",
        "capture": "Camera command",
        "gpsd": "Receiver (gpsd)",
        "geocoder": "Geocoder",
        "client_logs": "Tell of failures",
    },
}
_MEANINGS: Final = {
    "photos": "depot: large ones wait until you say so",
    "daily_megabytes": "over this link, both ways; 0 is no limit",
    "cache_megabytes": "room for pictures of others' reports; 0 is no limit",
    "pack_megabytes": "how much is fetched for a day without a link",
    "pack_meters": "around you, and around what is assigned to you",
    "theme": "ansi: the colours of your terminal",
    "ascii": "signs and pictures of plain letters",
    "full_repaint": "for a terminal that shows remains of other pages",
    "lock_minutes": "without a key; 0 is never",
    "sending_minutes": "what a locked store may go on with; 0 is not at all",
    "position": "where you are when no receiver says it",
    "client_logs": "to your gateway: counts, and where it crashed; no text of yours",
    "capture": "a program that writes a photo to its output",
}
"""Said while the cursor is there, in the first line: nothing moves for it."""
_EXAMPLES: Final = {
    "server": "https://reports.example.org",
    "position": "37.77,-122.41",
    "inbox": "~/Pictures",
    "capture": "rpicam-still -n -o -",
    "gpsd": "localhost:2947",
    "geocoder": "photon https://photon.example.org",
}
_AT_START: Final = frozenset({"ascii", "full_repaint"})
"""What the display reads once."""
_AT_SIGN_IN: Final = frozenset(
    {"server", "photos", "daily_megabytes", "cache_megabytes", "client_logs"}
)
"""What a store that is open goes on with."""


class SettingsPage(Page[None]):
    """What will not do is answered beside its field, and the rest goes on."""

    BINDINGS = bindings(SETTINGS, FOCUS)
    AUTO_FOCUS = "LineField, PickField"
    heading = "Settings"
    is_there_barred = True

    def __init__(self, desk: Desk, preferences: Preferences) -> None:
        super().__init__(desk)
        self._preferences = preferences
        self._rows: dict[str, FieldRow] = {}
        self._refused: dict[str, str] = {}
        """What was typed and will not do, by the name of its setting."""

    def body(self) -> ComposeResult:
        with Scrolled(classes="fields", id="settings"):
            yield Label(f"Kept in {one_line(str(self._preferences.path))}", classes="words")
            for title, names in _GROUPS.items():
                yield Label(title, classes="title")
                yield from self._group(names)
            yield Label("Keys", classes="title")
            yield Label(self._keys(), markup=False)

    def _group(self, names: dict[str, str]) -> Iterator[FieldRow]:
        for name, label in names.items():
            self._rows[name] = FieldRow(label, self._field(name))
            yield self._rows[name]

    def _field(self, name: str) -> Widget:
        word = self._preferences.word(name)
        if by := self._preferences.forced(name):
            return Label(one_line(f"{word}  (decided by {by})"), markup=False)
        if name in CHOICES or name in FLAGS:
            return PickField(CHOICES.get(name, ("no", "yes")), word, id=name)
        kind = PathField if name == "inbox" else LineField
        example = f"none; such as {_EXAMPLES[name]}" if name in _EXAMPLES else ""
        return kind(word, id=name, placeholder=example)

    def _keys(self) -> str:
        own, _ = keymap.read(self._preferences.settings.keys)
        count = f"{len(own)} of your own" if own else "as they come"
        names = bound_name(self, "app.help")
        return f"{count}; the part [keys] of that file moves them, {names} names them"

    # --- saying ---

    def on_mount(self) -> None:
        page = self.query_one("#settings", Scrolled)
        for looked_at in ("scroll_y", "virtual_size"):
            self.watch(page, looked_at, self._entitle)

    def _entitle(self) -> None:
        """A page that goes on below says so: no field of it is cut in two."""
        page = self.query_one("#settings", Scrolled)
        more = " · more below" if page.scroll_y < page.max_scroll_y else ""
        self.query_one(TitleLine).entitle(f"{self.heading}{more}")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.say(_MEANINGS.get(str(event.widget.id), ""))

    # --- changing ---

    @on(PickField.Picked)
    def picked(self, message: PickField.Picked) -> None:
        self._take(str(message.field.id))

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if self._take(str(event.input.id)):
            self.focus_next()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget.id in self._rows:
            self._take(str(event.widget.id))

    def _take(self, name: str) -> bool:
        """Put what stands in this field into force; False where it will not do."""
        word, row = self._word(name), self._rows[name]
        if self._refused.get(name) == word:
            return False
        self._refused.pop(name, None)
        try:
            changed = self._preferences.change({name: word})
        except WrongSettings as error:
            self._refused[name] = word
            row.say(error.faults[name], error=True)
            return False
        if changed:
            in_background(self, partial(self._keep, changed), "keep")
            self.post_message(SettingsChanged())
        elif row.has_error:
            row.say("")
        return True

    async def _keep(self, changed: dict[str, Any]) -> None:
        (name,) = changed
        try:
            await self._preferences.keep(changed)
        except UsageError as error:
            self._rows[name].say(error.sentence, error=True)
            return
        doubt = _doubt(name, str(changed[name]))
        said = "; ".join(filter(None, (self._when(name), doubt)))
        self._rows[name].say(said, poor=bool(doubt))

    def _when(self, name: str) -> str:
        """What is said of a change, and when it takes effect where that is not now."""
        if name in _AT_START:
            return "saved; in force from the next start on"
        if name in _AT_SIGN_IN and self.desk.service.user:
            return "saved; in force from the next sign-in on"
        return "saved"

    def _word(self, name: str) -> str:
        field = self._rows[name].field
        return field.value.strip() if isinstance(field, LineField | PickField) else ""

    def failed(self, error: CivicError) -> None:
        self.say(error.sentence, error=True)

    def action_back(self) -> None:
        """Nothing that was typed is lost unsaid: what will not do is answered once."""
        focused = self.focused
        if focused is not None and focused.id in self._rows:
            known = dict(self._refused)
            if not self._take(str(focused.id)) and known != self._refused:
                return
        self.end()


def _doubt(name: str, word: str) -> str:
    """What may be a slip although it is taken: a stick may be plugged in later."""
    if name == "inbox" and word and not Path(word).expanduser().is_dir():
        return "there is no such folder now"
    if name == "capture" and word:
        try:
            program = shlex.split(word)[0]
        except ValueError:
            return "its quotes do not match"
        return "" if shutil.which(program) else f"there is no program {one_line(program)} now"
    return ""
