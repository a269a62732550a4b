"""The list of reports, one report, its versions."""

from typing import Final

from civictui.domain.model.limits import MOST_SAVED
from civictui.keys.everywhere import OPEN
from civictui.keys.fields import CHOICES
from civictui.keys.key import Key, Kind, move

LIST: Final = (
    Key("list.new", "n", "new_report", "Write a new report", "new", feature="new"),
    Key("list.search", "slash", "search", "Search in the reports", "search"),
    Key("list.sync", "r", "sync_now", "Synchronise now", "sync now"),
    Key("list.sync_page", "S", "sync_page", "What waits, what needs you, what was done", "sync"),
    Key("list.map", "m", "map", "The reports on the map", "map", feature="map"),
    Key(
        "list.filter", "f", "filter", "Filters: status, category, mine, near; saved ones", "filter"
    ),
    Key("list.sort", "s", "sort", "Sort: newest first, nearest first, by status", "sort"),
    Key("list.news", "w", "news", "What came since you last looked, or all again", "news"),
    Key(
        "list.seen", "W", "seen", "All of it is seen: from now on what comes is new", "all is seen"
    ),
    Key(
        "list.update",
        "u",
        "update",
        "Status, assignment, remark: of this report, or of the marked ones",
        "update",
        feature="updates",
    ),
    Key(
        "list.template",
        "t",
        "template",
        "A new report with the words of this one",
        "template",
        feature="new",
    ),
    Key(
        "list.summary",
        "e",
        "summary",
        "The end of a shift: what you did, what is left",
        "shift",
        feature="export",
    ),
    Key(
        "list.pack",
        "P",
        "pack",
        "Pack my day: fetch what is needed without a link",
        "pack",
        feature="pack",
    ),
    Key("list.pictures", "v", "pictures", "Draw pictures in another way, or not at all"),
    Key("list.password", "f9", "change_password", "Change your password"),
    Key("list.gone", "h", "gone", "Reports that are gone, kept for 90 days"),
    Key("list.unfilter", "escape", "unfilter", "Show all reports again", "all again"),
)

SAVED: Final = tuple(
    Key(f"saved.filter_{n}", f"{n}", f"saved({n})", f"Saved filter {n}")
    for n in range(1, MOST_SAVED + 1)
)
"""A digit for each filter that was kept; the help has its name."""

FILTER: Final = (
    Key("filter.show", "enter,ctrl+s", "show", "Show these reports", "show"),
    Key("filter.remove", "d", "remove", "Remove this saved filter", "remove"),
    Key("filter.none", "f8", "none", "All reports again: nothing is chosen", "all reports"),
)
"""The page on which a filter is chosen, besides the keys of its fields."""

TICKS: Final = tuple(key for key in CHOICES if key.id != "choices.go_on")
"""Choices on a page on which Enter does what the page is for."""

SAVED_LINES: Final = (*(key for key in TICKS if key.kind is Kind.MOVE), *OPEN)
"""The list of the filters that were kept."""

ROWS: Final = (
    Key("rows.open", "enter", "open", "Open the report, or go on with the draft", "open"),
    Key(
        "rows.mark",
        "space",
        "mark",
        "Mark this report, or take the mark off; then the next",
        "mark",
    ),
    Key(
        "rows.mark_all", "asterisk", "mark_all", "Mark all reports that are shown, or none of them"
    ),
    move("rows.down", "down,j", "move(1)", "One report down"),
    move("rows.up", "up,k", "move(-1)", "One report up"),
    move("rows.page_down", "pagedown", "page(1)", "One page down"),
    move("rows.page_up", "pageup", "page(-1)", "One page up"),
    move("rows.first", "home,g", "first", "To the first report"),
    move("rows.last", "end,G", "last", "To the last report"),
)

SEARCH: Final = (
    Key("search.keep", "enter", "keep", "Keep this search and go to the list", "to the list"),
    Key("search.clear", "escape", "clear", "End the search", "end search"),
)

DETAIL: Final = (
    Key(
        "detail.settle", "c", "settle", "Settle the conflict: choose between two versions", "settle"
    ),
    Key("detail.edit", "e", "edit", "Edit this report", "edit", feature="edit"),
    Key("detail.remark", "a", "remark", "Add a remark", "remark", feature="updates"),
    Key(
        "detail.update",
        "u",
        "update",
        "Status, assignment, a photo of how it is now",
        "update",
        feature="updates",
    ),
    Key("detail.copy", "y", "copy", "Copy its id, place or address", "copy", feature="copy"),
    Key(
        "detail.template",
        "t",
        "template",
        "A new report with the words of this one",
        "template",
        feature="new",
    ),
    Key("detail.pager", "o", "pager", "Read it in the pager", "pager"),
    Key("detail.picture", "p", "picture", "The picture on the whole screen", "picture"),
    Key("detail.next_photo", "right", "turn(1)", "The next photo", "next photo"),
    Key("detail.previous_photo", "left", "turn(-1)", "The photo before"),
    Key("detail.map", "m", "map", "The map on the whole screen", "map", feature="map"),
    Key("detail.versions", "h", "versions", "Earlier versions, kept for 90 days", "versions"),
    Key(
        "detail.withdraw",
        "D",
        "withdraw",
        "Withdraw your report (asks first)",
        "withdraw",
        feature="withdraw",
    ),
    Key("detail.pictures", "v", "pictures", "Draw pictures in another way, or not at all"),
)

SHIFT: Final = (
    Key("shift.longer", "plus,equals_sign", "reach(1)", "Look further back in time", "longer"),
    Key("shift.shorter", "minus", "reach(-1)", "Look less far back", "shorter"),
    Key("shift.pager", "o", "pager", "Read it in the pager", "pager", feature="export"),
)
"""The summary of a shift."""

COPY: Final = (
    Key(
        "copy.send",
        "enter",
        "send",
        "Send this to your terminal's clipboard",
        "copy",
        feature="copy",
    ),
)

CONFLICT: Final = (
    Key("conflict.settle", "ctrl+s", "settle", "Settle it with what you have chosen", "settle"),
    Key("conflict.mine", "m", "choose('mine')", "Take mine", "mine"),
    Key("conflict.theirs", "t", "choose('theirs')", "Take theirs", "theirs"),
    Key("conflict.before", "b", "choose('before')", "Take what was there before", "before"),
    Key("conflict.undo", "u", "undo", "Undo the last choice", "undo"),
)

VERSIONS: Final = (
    Key(
        "versions.restore",
        "r",
        "restore",
        "Make it the one in force, as an edit",
        "restore",
        feature="edit",
    ),
)

NEARBY: Final = (
    Key(
        "nearby.remark",
        "a",
        "remark",
        "Say it there, as a remark",
        "say it there",
        feature="updates",
    ),
    Key("nearby.picture", "p", "picture", "Its picture on the whole screen", "picture"),
)
"""Reports that may be about the same, while one is being written."""
