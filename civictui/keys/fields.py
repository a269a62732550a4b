"""What works with the cursor in a field."""

from typing import Final

from civictui.keys.key import Key, move, typing

EDIT: Final = (
    typing("edit.left", "left", "cursor_left", "One character left"),
    typing("edit.select_left", "shift+left", "cursor_left(True)", "Select to the left"),
    typing("edit.right", "right", "cursor_right", "One character right; takes a completion"),
    typing("edit.select_right", "shift+right", "cursor_right(True)", "Select to the right"),
    typing("edit.erase", "backspace", "delete_left", "Erase the character on the left"),
    typing("edit.delete", "delete,ctrl+d", "delete_right", "Erase the character under the cursor"),
)

LINE_EDIT: Final = (
    *EDIT,
    typing("line.word_left", "ctrl+left", "cursor_left_word", "One word left"),
    typing("line.word_right", "ctrl+right", "cursor_right_word", "One word right"),
    typing("line.home", "home,ctrl+a", "home", "To the start of the line"),
    typing("line.end", "end,ctrl+e", "end", "To the end of the line"),
    typing("line.erase_word", "ctrl+w", "delete_left_word", "Erase the word on the left"),
    typing("line.erase_start", "ctrl+u", "delete_left_all", "Erase up to the start"),
    typing("line.erase_end", "ctrl+k", "delete_right_all", "Erase up to the end"),
)

LINE: Final = (*LINE_EDIT, move("line.go_on", "enter", "submit", "Go on"))

TEXT: Final = (
    *EDIT,
    typing("text.up", "up", "cursor_up", "One line up"),
    typing("text.down", "down", "cursor_down", "One line down"),
    typing("text.word_left", "ctrl+left", "cursor_word_left", "One word left"),
    typing("text.word_right", "ctrl+right", "cursor_word_right", "One word right"),
    typing("text.home", "home,ctrl+a", "cursor_line_start", "To the start of the line"),
    typing("text.end", "end,ctrl+e", "cursor_line_end", "To the end of the line"),
    typing("text.page_up", "pageup", "cursor_page_up", "One page up"),
    typing("text.page_down", "pagedown", "cursor_page_down", "One page down"),
    typing("text.erase_word", "ctrl+w", "delete_word_left", "Erase the word on the left"),
    typing("text.erase_start", "ctrl+u", "delete_to_start_of_line", "Erase up to the line's start"),
    typing(
        "text.erase_end",
        "ctrl+k",
        "delete_to_end_of_line_or_delete_line",
        "Erase up to the line's end, or an empty line",
    ),
    typing("text.undo", "ctrl+z", "undo", "Undo typing"),
    typing("text.redo", "ctrl+y", "redo", "Do it again"),
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

ASSIGNEE: Final = (
    *LINE,
    Key("assignee.complete", "ctrl+@,ctrl+space", "complete", "Take the proposed name"),
    Key("assignee.next", "down", "propose(1)", "The next name that fits"),
    Key("assignee.previous", "up", "propose(-1)", "The name before"),
)

CHOICES: Final = (
    Key("choices.tick", "space", "tick", "Choose this answer, or not", "choose"),
    move("choices.go_on", "enter", "app.focus_next", "Go on"),
    move("choices.down", "down,j", "move(1)", "One answer down"),
    move("choices.up", "up,k", "move(-1)", "One answer up"),
    move("choices.first", "home,g", "first", "To the first answer"),
    move("choices.last", "end,G", "last", "To the last answer"),
)
"""The answers that a question offers."""

PHOTOS: Final = (
    move("photos.down", "down,j", "move(1)", "One photo down"),
    move("photos.up", "up,k", "move(-1)", "One photo up"),
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
    move("photos.go_on", "enter", "app.focus_next", "Go on"),
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
