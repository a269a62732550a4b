"""The terminal is the pager's for a while."""

import asyncio
import os
from functools import partial
from typing import Any, Final

from textual.app import App

from civictui.domain.errors import CivicError
from civictui.screens.page import Page
from civictui.terminal.driver import screen
from civictui.terminal.filters import ascii_text
from civictui.terminal.pager import page, pager_of
from civictui.widgets.background import in_background

_GROUP: Final = "pager"


def read_in_pager(of: Page[Any], text: str) -> None:
    """Show a text of this page, which is clean. A key that is pressed twice opens one pager."""
    if of.desk.capability.ascii:
        text = "\n".join(map(ascii_text, text.split("\n")))
    if not any(each.group == _GROUP and not each.is_finished for each in of.workers):
        in_background(of, partial(_show, of, text), _GROUP)


async def _show(of: Page[Any], text: str) -> None:
    try:
        await show_in_pager(of.app, text)
    except CivicError as error:
        of.failed(error)


async def show_in_pager(app: App[Any], text: str) -> None:
    """Show `text`, which is clean, until the person has read it. Raises UsageError.

    The app goes on behind it: when it locks, whoever waits here is cancelled, and the pager ends.
    """
    path, trouble = pager_of(os.environ), None
    with app.suspend():
        try:
            await page(path, text, screen())
        except (asyncio.CancelledError, CivicError) as error:
            if not app.is_running:  # it is ending, and will not have the terminal again
                raise
            trouble = error
    if trouble:
        raise trouble
