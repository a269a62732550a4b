"""The one registry of keys: what is bound where, what the footer and the help say of it.

Every binding of the program is made from here and has an id, so that a keymap can move it; no
widget or screen declares keys of its own. `keys` is in the toolkit's notation, several keys
separated by commas; `action` is the name of the action on the screen or widget of that scope.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be done. Without `footer` it is named in the help only."""

    id: str
    keys: str
    action: str
    help: str
    footer: str = ""


APP: Final = (
    Key("app.help", "f1", "app.help", "Show the keys of this screen", "help"),
    Key("app.leave", "ctrl+q,ctrl+c", "app.leave", "Leave; says what is not sent yet", "quit"),
    Key("app.lock", "f12", "app.lock", "Lock: close the store, ask for the password", "lock"),
    Key("app.palette", "ctrl+p", "app.palette", "Find something to do by its name"),
    Key("app.repaint", "ctrl+l", "app.repaint", "Draw the whole screen again"),
)

BROWSE: Final = (
    Key("browse.help", "question_mark", "app.help", "Show the keys of this screen", "help"),
    Key("browse.settings", "comma", "app.settings", "Settings of this terminal"),
    Key("browse.leave", "q", "app.leave", "Leave; says what is not sent yet", "quit"),
)
"""Letters for the same, on screens where nothing is typed."""

BACK: Final = (Key("screen.back", "escape", "back", "One step back", "back"),)

FOCUS: Final = (
    Key("focus.next", "tab", "app.focus_next", "To the next field", "next field"),
    Key("focus.previous", "shift+tab", "app.focus_previous", "To the field before"),
)

LIST: Final = (
    Key("list.new", "n", "new_report", "Write a new report", "new"),
    Key("list.search", "slash", "search", "Search in the reports", "search"),
    Key("list.sync", "r", "sync_now", "Synchronise now", "sync now"),
    Key("list.sync_page", "S", "sync_page", "What waits, what needs you, what was done", "sync"),
    Key("list.map", "m", "map", "The reports on the map", "map"),
    Key(
        "list.filter", "f", "filter", "Filters: status, category, mine, near; saved ones", "filter"
    ),
    Key("list.sort", "s", "sort", "Sort: newest first, nearest first, by status"),
    Key("list.news", "w", "news", "What came since you last looked, or all again"),
    Key("list.seen", "W", "seen", "I have looked at all of it: from now on what comes is new"),
    Key(
        "list.update", "u", "update", "Status, assignment, remark: of the marked reports", "update"
    ),
    Key("list.template", "t", "template", "A new report with the words of this one"),
    Key("list.summary", "e", "summary", "What you did in this shift, to read or to take along"),
    Key("list.pack", "P", "pack", "Pack my day: fetch what is needed without a link", "pack"),
    Key("list.pictures", "v", "pictures", "Draw pictures in another way, or not at all"),
    Key("list.password", "f9", "change_password", "Change your password"),
    Key("list.gone", "h", "gone", "Reports that are gone, kept for 90 days"),
    Key("list.unfilter", "escape", "unfilter", "Show all reports again"),
)

ROWS: Final = (
    Key("rows.open", "enter", "open", "Open the report, or go on with the draft", "open"),
    Key("rows.mark", "space", "mark", "Mark this report, or not, and go to the next one"),
    Key("rows.mark_all", "asterisk", "mark_all", "Mark all reports that are shown, or none"),
    Key("rows.down", "down,j", "move(1)", "One report down"),
    Key("rows.up", "up,k", "move(-1)", "One report up"),
    Key("rows.page_down", "pagedown", "page(1)", "One page down"),
    Key("rows.page_up", "pageup", "page(-1)", "One page up"),
    Key("rows.first", "home,g", "first", "To the first report"),
    Key("rows.last", "end,G", "last", "To the last report"),
)

SEARCH: Final = (
    Key("search.keep", "enter", "keep", "Keep this search and go to the list", "to the list"),
    Key("search.clear", "escape", "clear", "End the search", "end search"),
)

DETAIL: Final = (
    Key(
        "detail.settle", "c", "settle", "Settle the conflict: choose between two versions", "settle"
    ),
    Key("detail.edit", "e", "edit", "Edit this report", "edit"),
    Key("detail.remark", "a", "remark", "Add a remark", "remark"),
    Key("detail.update", "u", "update", "Status, assignment, a photo of how it is now", "update"),
    Key("detail.copy", "y", "copy", "Copy its id, place or address", "copy"),
    Key("detail.template", "t", "template", "A new report with the words of this one"),
    Key("detail.pager", "o", "pager", "Read it in the pager"),
    Key("detail.picture", "p", "picture", "The picture on the whole screen", "picture"),
    Key("detail.next_photo", "right", "turn(1)", "The next photo", "next photo"),
    Key("detail.previous_photo", "left", "turn(-1)", "The photo before"),
    Key("detail.map", "m", "map", "The map on the whole screen", "map"),
    Key("detail.versions", "h", "versions", "Earlier versions, kept for 90 days", "versions"),
    Key("detail.withdraw", "D", "withdraw", "Withdraw your report (asks first)", "withdraw"),
    Key("detail.pictures", "v", "pictures", "Draw pictures in another way, or not at all"),
)

PAGE: Final = (
    Key("page.down", "down,j", "line(1)", "One line down"),
    Key("page.up", "up,k", "line(-1)", "One line up"),
    Key("page.page_down", "pagedown,space", "page(1)", "One page down"),
    Key("page.page_up", "pageup", "page(-1)", "One page up"),
    Key("page.first", "home,g", "top", "To the top"),
    Key("page.last", "end,G", "bottom", "To the end"),
)

_FIELDS: Final = (
    Key("form.newest", "f2", "newest", "Take the newest photo of the inbox folder", "newest photo"),
    Key("form.capture", "f3", "capture", "Take a photo with the camera command", "camera"),
    Key("form.locate", "f4", "locate", "Set the place to where the receiver is", "position"),
    Key("form.pin", "f5", "pin", "Set the place on the map", "map"),
)
"""What fills the fields of a form without typing."""

FORM: Final = (
    Key("form.submit", "ctrl+s", "submit", "Save the report and send it when possible", "submit"),
    Key("form.back", "escape", "back", "Back to the list; the draft stays", "back, keep draft"),
    Key("form.discard", "f8", "discard", "Throw this draft away (asks first)", "discard"),
    *_FIELDS,
    Key("form.nearby", "f6", "nearby", "Look at the open reports near this place", "near"),
)

CHANGE: Final = (
    Key("change.submit", "ctrl+s", "submit", "Save the change and send it", "save the change"),
    Key("change.back", "escape", "back", "Back; the change stays, as a draft", "back, keep draft"),
    Key("change.discard", "f8", "discard", "Throw this change away (asks first)", "discard"),
    *_FIELDS,
)
"""The form over a report that exists."""

BLOCKS: Final = (
    Key("blocks.down", "down,j", "move(1)", "Down: the rest of this one, then the next"),
    Key("blocks.up", "up,k", "move(-1)", "Up: the rest of this one, then the one before"),
    Key("blocks.page_down", "pagedown,space", "page(1)", "One page down"),
    Key("blocks.page_up", "pageup", "page(-1)", "One page up"),
    Key("blocks.first", "home,g", "top", "To the top"),
    Key("blocks.last", "end,G", "bottom", "To the end"),
)

OPEN: Final = (Key("blocks.open", "enter", "open", "Open it", "open"),)

SYNC: Final = (
    Key("sync.allow", "a", "allow", "Let the deletions through that are held (asks)", "deletions"),
    Key("sync.edit", "e", "edit", "Edit this report, so that the server takes it", "edit"),
    Key("sync.shrink", "s", "shrink", "Make its photos smaller and send those", "shrink"),
    Key("sync.retry", "t", "retry", "Offer this one to the server again", "retry"),
    Key("sync.discard", "d", "discard", "Do not send this (asks first)", "discard"),
    Key("sync.now", "r", "sync_now", "Synchronise now", "sync now"),
    Key("sync.photos", "f", "photos", "Send the photos now that wait for the depot", "photos now"),
    Key("sync.pause", "p", "pause", "Pause: send and fetch nothing; or go on", "pause/go on"),
    Key("sync.export", "x", "export", "All that is unsent into a sealed file", "export"),
)

CONFLICT: Final = (
    Key("conflict.settle", "ctrl+s", "settle", "Settle it with what you have chosen", "settle"),
    Key("conflict.mine", "m", "choose('mine')", "Take mine", "mine"),
    Key("conflict.theirs", "t", "choose('theirs')", "Take theirs", "theirs"),
    Key("conflict.before", "b", "choose('before')", "Take what was there before", "before"),
    Key("conflict.undo", "u", "undo", "Undo the last choice", "undo"),
)

VERSIONS: Final = (
    Key("versions.restore", "r", "restore", "Make it the one in force, as an edit", "restore"),
)

EDIT: Final = (
    Key("edit.left", "left", "cursor_left", "One character left"),
    Key("edit.select_left", "shift+left", "cursor_left(True)", "Select to the left"),
    Key("edit.right", "right", "cursor_right", "One character right; takes a completion"),
    Key("edit.select_right", "shift+right", "cursor_right(True)", "Select to the right"),
    Key("edit.erase", "backspace", "delete_left", "Erase the character on the left"),
    Key("edit.delete", "delete,ctrl+d", "delete_right", "Erase the character under the cursor"),
)

LINE_EDIT: Final = (
    *EDIT,
    Key("line.word_left", "ctrl+left", "cursor_left_word", "One word left"),
    Key("line.word_right", "ctrl+right", "cursor_right_word", "One word right"),
    Key("line.home", "home,ctrl+a", "home", "To the start of the line"),
    Key("line.end", "end,ctrl+e", "end", "To the end of the line"),
    Key("line.erase_word", "ctrl+w", "delete_left_word", "Erase the word on the left"),
    Key("line.erase_start", "ctrl+u", "delete_left_all", "Erase up to the start"),
    Key("line.erase_end", "ctrl+k", "delete_right_all", "Erase up to the end"),
)

LINE: Final = (*LINE_EDIT, Key("line.go_on", "enter", "submit", "Go on"))

TEXT: Final = (
    *EDIT,
    Key("text.up", "up", "cursor_up", "One line up"),
    Key("text.down", "down", "cursor_down", "One line down"),
    Key("text.word_left", "ctrl+left", "cursor_word_left", "One word left"),
    Key("text.word_right", "ctrl+right", "cursor_word_right", "One word right"),
    Key("text.home", "home,ctrl+a", "cursor_line_start", "To the start of the line"),
    Key("text.end", "end,ctrl+e", "cursor_line_end", "To the end of the line"),
    Key("text.page_up", "pageup", "cursor_page_up", "One page up"),
    Key("text.page_down", "pagedown", "cursor_page_down", "One page down"),
    Key("text.erase_word", "ctrl+w", "delete_word_left", "Erase the word on the left"),
    Key("text.erase_start", "ctrl+u", "delete_to_start_of_line", "Erase up to the line's start"),
    Key(
        "text.erase_end",
        "ctrl+k",
        "delete_to_end_of_line_or_delete_line",
        "Erase up to the line's end, or an empty line",
    ),
    Key("text.undo", "ctrl+z", "undo", "Undo typing"),
    Key("text.redo", "ctrl+y", "redo", "Do it again"),
)

PATH: Final = (
    *LINE,
    Key("path.complete", "ctrl+@,ctrl+space", "complete", "Take the proposed completion"),
    Key("path.other", "down", "propose(1)", "Propose the next file"),
    Key("path.other_back", "up", "propose(-1)", "Propose the file before"),
)

CATEGORY: Final = (
    *LINE,
    Key("category.complete", "ctrl+@,ctrl+space", "complete", "Take the proposed completion"),
    Key("category.next", "down", "propose(1)", "The next category that fits"),
    Key("category.previous", "up", "propose(-1)", "The category before"),
)

CHOICES: Final = (
    Key("choices.tick", "space", "tick", "Choose this answer, or not", "choose"),
    Key("choices.go_on", "enter", "app.focus_next", "Go on"),
    Key("choices.down", "down,j", "move(1)", "One answer down"),
    Key("choices.up", "up,k", "move(-1)", "One answer up"),
    Key("choices.first", "home,g", "first", "To the first answer"),
    Key("choices.last", "end,G", "last", "To the last answer"),
)
"""The answers that a question offers."""

PHOTOS: Final = (
    Key("photos.down", "down,j", "move(1)", "One photo down"),
    Key("photos.up", "up,k", "move(-1)", "One photo up"),
    Key("photos.later", "J", "shift(1)", "Move this photo down", "later"),
    Key("photos.earlier", "K", "shift(-1)", "Move this photo up", "earlier"),
    Key("photos.caption", "c", "caption", "Write a caption for this photo", "caption"),
    Key(
        "photos.leave_out",
        "d,delete",
        "leave_out",
        "Leave this photo out, or bring it back",
        "leave out",
    ),
    Key("photos.view", "p", "view", "This photo on the whole screen", "look"),
    Key("photos.place", "m", "place", "Take the place where this photo was taken", "its place"),
    Key("photos.go_on", "enter", "app.focus_next", "Go on"),
)
"""The photos of a draft."""

BRING_BACK: Final = Key(
    "photos.leave_out", "d,delete", "leave_out", "Bring this photo back", "bring back"
)
"""The same key, over a photo that is left out."""

PLACE: Final = (
    *LINE,
    Key("place.last", "down", "last", "Take the last known position"),
    Key("place.before", "up", "before", "Take back what stood here before"),
)

ADDRESS: Final = (
    *LINE,
    Key("address.complete", "ctrl+@,ctrl+space", "complete", "Take the proposed address"),
    Key("address.next", "down", "propose(1)", "The next proposal"),
    Key("address.previous", "up", "propose(-1)", "The proposal before"),
)

PICTURE: Final = (
    Key("picture.next", "right", "turn(1)", "The next photo", "next"),
    Key("picture.previous", "left", "turn(-1)", "The photo before", "before"),
    Key("picture.in", "plus,equals_sign", "zoom(1)", "Closer", "closer"),
    Key("picture.out", "minus", "zoom(-1)", "Further away", "further"),
    Key("picture.whole", "0", "whole", "The whole picture"),
    Key("picture.pan_left", "h", "pan(-1,0)", "To the left"),
    Key("picture.pan_down", "j,down", "pan(0,1)", "Down"),
    Key("picture.pan_up", "k,up", "pan(0,-1)", "Up"),
    Key("picture.pan_right", "l", "pan(1,0)", "To the right"),
    Key("picture.pictures", "v", "pictures", "Draw it in another way", "way of drawing"),
)

_LOOK: Final = (
    Key("map.in", "plus,equals_sign", "zoom(1)", "Closer", "closer"),
    Key("map.out", "minus", "zoom(-1)", "Further away", "further"),
    Key("map.style", "v", "style", "Draw the map in another way"),
)

MAP: Final = (
    Key("map.left", "left,h", "pan(-1,0)", "To the west"),
    Key("map.down", "down,j", "pan(0,1)", "To the south"),
    Key("map.up", "up,k", "pan(0,-1)", "To the north"),
    Key("map.right", "right,l", "pan(1,0)", "To the east"),
    *_LOOK,
    Key("map.next", "n,tab", "select(1)", "Select the next report", "next report"),
    Key("map.previous", "N,shift+tab", "select(-1)", "Select the report before"),
    Key("map.open", "enter", "open", "Open the selected report", "open"),
    Key("map.centre", "c", "centre", "To where you are", "to me"),
    Key("map.home", "0", "home", "Back to where the map began"),
)

PIN: Final = (
    Key("pin.left", "left,h", "move(-1,0)", "The pin to the west"),
    Key("pin.down", "down,j", "move(0,1)", "The pin to the south"),
    Key("pin.up", "up,k", "move(0,-1)", "The pin to the north"),
    Key("pin.right", "right,l", "move(1,0)", "The pin to the east"),
    Key("pin.far_left", "shift+left,H", "move(-8,0)", "Far to the west"),
    Key("pin.far_down", "shift+down,J", "move(0,4)", "Far to the south"),
    Key("pin.far_up", "shift+up,K", "move(0,-4)", "Far to the north"),
    Key("pin.far_right", "shift+right,L", "move(8,0)", "Far to the east"),
    *_LOOK,
    Key("pin.centre", "c", "centre", "The pin to where you are", "to me"),
    Key("pin.take", "enter", "take", "Take this place", "take this place"),
)
"""The map on which a place is set."""

NEARBY: Final = (
    Key("nearby.remark", "a", "remark", "Say it there, as a remark", "say it there"),
    Key("nearby.picture", "p", "picture", "Its picture on the whole screen", "picture"),
)
"""Reports that may be about the same, while one is being written."""

REMARK: Final = (
    Key("remark.submit", "ctrl+s", "submit", "Save the remark and send it", "save the remark"),
    Key("remark.back", "escape", "back", "Back; the words stay, as a draft", "back, keep draft"),
    Key("remark.newest", "f2", "newest", "Take the newest photo of the inbox folder"),
    Key("remark.capture", "f3", "capture", "Take a photo with the camera command"),
    Key("remark.discard", "f8", "discard", "Throw this remark away (asks first)", "discard"),
)

PACK: Final = (
    Key("pack.begin", "enter", "begin", "Fetch it now", "begin"),
    Key("pack.stop", "x", "stop", "Stop; what has come stays", "stop"),
)

SHEET: Final = (
    Key("sheet.down", "pagedown", "read(1)", "Read on", "read on"),
    Key("sheet.up", "pageup", "read(-1)", "Read what stands above", "read above"),
)
"""Where words stand above fields and there is no room for all of them."""

SEALED: Final = (
    Key(
        "sealed.recover",
        "f6,ctrl+r",
        "recover",
        "The earlier password is forgotten: ask the gateway",
        "forgotten",
    ),
    Key(
        "sealed.set_aside",
        "f7,ctrl+n",
        "set_aside",
        "Set this store aside and begin a new one (asks first)",
        "begin a new one",
    ),
)

ASIDE: Final = (
    Key(
        "aside.recover",
        "f6,ctrl+r",
        "recover",
        "The earlier password is forgotten: ask the gateway",
        "forgotten",
    ),
)

ASK: Final = (
    Key("ask.choose", "enter", "choose", "Take the answer in focus", "choose"),
    Key("ask.other", "left,right,tab,shift+tab", "other", "To the other answer", "other answer"),
    Key("ask.safe", "escape", "safe", "Take the safe answer", "no"),
)

ALL: Final = (
    *LIST,
    *ROWS,
    *SEARCH,
    *DETAIL,
    *PAGE,
    *FORM[:3],
    *CHANGE,
    *FORM[-1:],
    *BLOCKS,
    *OPEN,
    *SYNC,
    *CONFLICT,
    *VERSIONS,
    *LINE,
    *TEXT[len(EDIT) :],
    *PATH[len(LINE) :],
    *CATEGORY[len(LINE) :],
    *CHOICES,
    *PHOTOS,
    *PLACE[len(LINE) :],
    *ADDRESS[len(LINE) :],
    *PICTURE,
    *MAP,
    *PIN[:8],
    *PIN[8 + len(_LOOK) :],
    *NEARBY,
    *REMARK,
    *PACK,
    *SHEET,
    *SEALED,
    *ASIDE,
    *ASK,
    *BACK,
    *FOCUS,
    *BROWSE,
    *APP,
)
"""Every key once, in the order in which footer and help name them."""

BY_ID: Final = {key.id: key for key in ALL}

_NAMES: Final = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "backspace": "Backspace",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "at": "@",
    "comma": ",",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
}


def display(key: str) -> str:
    """How one key is written for a person: `ctrl+s` is `^S`, `shift+tab` is `Shift-Tab`."""
    *modifiers, last = key.split("+")
    upper = last.removeprefix("upper_")
    name = _NAMES.get(last) or (upper.upper() if last != upper or len(last) > 1 else last)
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last.upper()}"
    return "-".join([*(modifier.capitalize() for modifier in modifiers), name])
