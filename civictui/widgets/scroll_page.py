"""A page of text and pictures that scrolls by keyboard."""

from textual.containers import ScrollableContainer

from civictui.keys import PAGE
from civictui.widgets.bindings import bindings


class ScrollPage(ScrollableContainer, can_focus=True, inherit_bindings=False):
    """Scrolls up and down only, at once, with the keys of the registry."""

    BINDINGS = bindings(PAGE)
