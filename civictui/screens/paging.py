"""The terminal is the pager's for a while."""

import asyncio
import os
from typing import Any

from textual.app import App

from civictui.domain.errors import CivicError
from civictui.terminal.driver import screen
from civictui.terminal.pager import page, pager_of


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
