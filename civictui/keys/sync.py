"""The sync, what only delivers, and packing a day."""

from typing import Final

from civictui.keys.key import Key

SYNC: Final = (
    Key("sync.allow", "a", "allow", "Let the deletions through that are held (asks)", "deletions"),
    Key(
        "sync.edit",
        "e",
        "edit",
        "Edit this report, so that the server takes it",
        "edit",
        feature="edit",
    ),
    Key("sync.shrink", "s", "shrink", "Make its photos smaller and send those", "shrink"),
    Key("sync.retry", "t", "retry", "Offer this one to the server again", "retry"),
    Key("sync.discard", "d", "discard", "Do not send this (asks first)", "discard"),
    Key("sync.now", "r", "sync_now", "Synchronise now", "sync now"),
    Key("sync.photos", "f", "photos", "Send the photos now that wait for the depot", "photos now"),
    Key("sync.pause", "p", "pause", "Pause: send and fetch nothing; or go on", "pause/go on"),
    Key("sync.export", "x", "export", "All that is unsent into a sealed file", "export"),
)

DELIVERY: Final = (
    Key("delivery.now", "r", "sync_now", "Try now: send, and ask if all works again", "try now"),
    Key("delivery.export", "x", "export", "All that is unsent into a sealed file", "export"),
)
"""What is left on a terminal that only delivers."""

PACK: Final = (
    Key("pack.begin", "enter", "begin", "Fetch it now", "begin", feature="pack"),
    Key("pack.stop", "x", "stop", "Stop; what has come stays", "stop"),
)
