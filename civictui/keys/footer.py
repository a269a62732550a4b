"""Which keys the footer names first: it has one line, and a screen may have twenty keys."""

from typing import Final

from civictui.keys.key import Key

_FIRST: Final = (
    "page.page_down", "sheet.down", "sheet.up", "list.unfilter", "list.new", "rows.open",
    "search.keep", "search.clear", "list.search", "list.filter", "list.sync", "list.sync_page",
    "detail.settle", "detail.edit", "detail.update", "detail.remark", "detail.picture",
    "detail.map", "detail.copy", "form.submit", "change.submit", "update.submit", "filter.show",
    "form.newest", "update.newest", "form.nearby", "form.locate", "form.pin", "form.capture",
    "sync.allow", "sync.photos", "sync.edit", "sync.shrink", "sync.retry", "sync.discard",
    "sync.now", "sync.pause", "delivery.now", "delivery.export", "conflict.settle",
    "pack.begin", "map.open", "map.next",
    "pin.take", "copy.send", "palette.run", "blocks.open",
)  # fmt: skip
"""What a screen is for."""
_LAST: Final = (
    "browse.leave", "app.leave", "list.map", "list.update", "list.news", "list.sort", "rows.mark",
    "list.template", "list.summary", "list.seen", "list.pack", "detail.versions",
    "detail.template", "detail.pager", "detail.withdraw", "form.discard", "change.discard",
    "update.discard", "photos.view", "focus.next", "app.lock",
)  # fmt: skip
"""What is rare, or known from other screens."""
_PLACES: Final = {
    **{key_id: place - len(_FIRST) for place, key_id in enumerate(_FIRST)},
    **{key_id: place + 1 for place, key_id in enumerate(_LAST)},
}


def footer_place(key: Key) -> int:
    """The lower, the earlier; keys of which nothing is said here share the middle."""
    return _PLACES.get(key.id, 0)
