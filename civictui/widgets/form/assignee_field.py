"""A field for who is to see to a report: anybody's name, "me", or "nobody"."""

from collections.abc import Sequence
from typing import Final

from textual.suggester import Suggester

from civictui.domain.text import folded, one_line
from civictui.keys import ASSIGNEE
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.line_field import LineField

ME: Final = "me"
NOBODY: Final = "nobody"
_NAMED = 4
"""So many people are named in the remark."""


class _Proposer(Suggester):
    """The first name that begins with what is typed."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        return next((name for name in self._names if folded(name).startswith(folded(value))), None)


class AssigneeField(LineField, inherit_bindings=False):
    """Right takes what is shown behind the cursor; Down and Up go through all that fit."""

    BINDINGS = bindings(ASSIGNEE)

    def __init__(self, assignee: str | None, people: Sequence[str], user: str, *, id: str) -> None:  # noqa: A002
        super().__init__("" if assignee is None else (assignee or NOBODY), id=id)
        self._user = user
        others = [name for name in map(one_line, people) if name not in {"", one_line(user)}]
        self._names = [ME, NOBODY, *dict.fromkeys(others)]
        self._stem = self._proposed = ""
        """What was typed, and what was last put in its place."""
        self.suggester = _Proposer(self._names)

    def on_mount(self) -> None:
        down = bound_name(self, "assignee.next")
        ways = f"a name, or {down} to choose" if down else "or a name"
        self.placeholder = f"it stays as it is; me, nobody, {ways}"

    @property
    def assignee(self) -> str | None:
        """A user's name, "" for nobody, None where nothing is to change."""
        match folded(self.value).strip():
            case "":
                return None
            case "me":
                return self._user
            case "nobody":
                return ""
        return one_line(self.value)

    def remark(self) -> str:
        """What is to be said of what stands in the field."""
        match self.assignee:
            case None:
                return ""
            case "":
                return "to nobody any more"
            case name if name == self._user:
                return f"to you: {name}"
            case name if name in self._names:
                return f"to {name}"
            case name:
                fitting = self._fitting(name)
                named = ", ".join(fitting[:_NAMED])
                if not fitting:
                    return f"to {name}, who is not known here yet"
                down = bound_name(self, "assignee.next")
                return f"{down}: {named}" if down else named

    def _fitting(self, stem: str) -> list[str]:
        """Names that begin with `stem`, then those that have it elsewhere in them."""
        typed = folded(stem)
        found = [name for name in self._names if typed in folded(name)]
        return sorted(found, key=lambda name: not folded(name).startswith(typed))

    def _show(self, name: str) -> None:
        if self.value != name:
            self.value = name
            self.cursor_position = len(name)

    def action_complete(self) -> None:
        """Take the proposal, wherever the cursor is."""
        if self._suggestion:
            self._show(self._suggestion)

    def action_propose(self, step: int) -> None:
        """Write the next name that fits what was typed, or the one before."""
        if self.value != self._proposed:
            self._stem = "" if self.value in self._names else self.value
        names = self._fitting(self._stem)
        if names:
            here = names.index(self.value) + step if self.value in names else min(step, 0)
            self._proposed = names[here % len(names)]
            self._show(self._proposed)
