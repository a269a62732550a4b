"""A field for the path of a photo, with completion that never stands in the way of typing."""

import asyncio

from textual.suggester import Suggester

from civictui.keys import PATH
from civictui.terminal.paths import proposals
from civictui.widgets.bindings import bindings
from civictui.widgets.form.line_field import LineField


class _Proposer(Suggester):
    """Looks at the disk in a thread; what it finds may change, so nothing is cached."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        found = await asyncio.to_thread(proposals, value)
        return found[0] if found else None


class PathField(LineField, inherit_bindings=False):
    """Shows the first fitting file behind the cursor; Right takes it, Down shows the next one."""

    BINDINGS = bindings(PATH)

    def __init__(self, value: str = "", *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(value, id=id, placeholder=placeholder)
        self.suggester = _Proposer()

    def action_complete(self) -> None:
        """Take the proposal, wherever the cursor is."""
        if self._suggestion:
            self.value = self._suggestion
            self.cursor_position = len(self.value)

    async def action_propose(self, step: int) -> None:
        """Show the next proposal, or the one before."""
        found = await asyncio.to_thread(proposals, self.value)
        if found:
            place = found.index(self._suggestion) + step if self._suggestion in found else 0
            self._suggestion = found[place % len(found)]
