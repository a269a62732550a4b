"""The pages on which something is written."""

from typing import Final

from civictui.keys.key import Key

_FIELDS: Final = (
    Key(
        "form.newest",
        "f2",
        "newest",
        "Take the newest photo of the inbox folder",
        "newest photo",
        feature="photos",
    ),
    Key(
        "form.capture",
        "f3",
        "capture",
        "Take a photo with the camera command",
        "camera",
        feature="photos",
    ),
    Key("form.locate", "f4", "locate", "Set the place to where the receiver is", "position"),
    Key("form.pin", "f5", "pin", "Set the place on the map", "map", feature="map"),
)
"""What fills the fields of a form without typing."""

FORM: Final = (
    Key(
        "form.submit",
        "ctrl+s",
        "submit",
        "Save the report and send it when possible",
        "submit",
        feature="new",
    ),
    Key("form.back", "escape", "back", "Back to the list; the draft stays", "back, keep draft"),
    Key("form.discard", "f8", "discard", "Throw this draft away (asks first)", "discard"),
    *_FIELDS,
    Key("form.nearby", "f6", "nearby", "Look at the open reports near this place", "near"),
)

CHANGE: Final = (
    Key(
        "change.submit",
        "ctrl+s",
        "submit",
        "Save the change and send it",
        "save the change",
        feature="edit",
    ),
    Key("change.back", "escape", "back", "Back; the change stays, as a draft", "back, keep draft"),
    Key("change.discard", "f8", "discard", "Throw this change away (asks first)", "discard"),
    *_FIELDS,
)
"""The form over a report that exists."""

UPDATE: Final = (
    Key(
        "update.submit",
        "ctrl+s",
        "submit",
        "Save the update and send it",
        "save the update",
        feature="updates",
    ),
    Key(
        "update.back",
        "escape",
        "back",
        "Back; what you wrote stays, as a draft",
        "back, keep draft",
    ),
    Key(
        "update.newest",
        "f2",
        "newest",
        "Take the newest photo of the inbox folder",
        "newest photo",
        feature="photos",
    ),
    Key(
        "update.capture", "f3", "capture", "Take a photo with the camera command", feature="photos"
    ),
    Key("update.discard", "f8", "discard", "Throw this update away (asks first)", "discard"),
)
"""What is said about reports that exist: words, status, assignment, photos."""
