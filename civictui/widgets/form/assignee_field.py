"""A field for who is to see to a report: anybody's name, "me", or "nobody"."""

from collections.abc import Sequence
from typing import Final

from civictui.domain.text import folded, one_line
from civictui.keys import ASSIGNEE
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.proposing_field import ProposingField

ME: Final = "me"
NOBODY: Final = "nobody"
_NAMED = 4
"""So many people are named in the remark."""


class AssigneeField(ProposingField, inherit_bindings=False):
    """Proposes the people that are known here."""

    BINDINGS = bindings(ASSIGNEE)

    def __init__(self, assignee: str | None, people: Sequence[str], user: str, *, id: str) -> None:  # noqa: A002
        super().__init__("" if assignee is None else (assignee or NOBODY), id=id)
        self._user = user
        others = [name for name in map(one_line, people) if name not in {"", one_line(user)}]
        self._names = [ME, NOBODY, *dict.fromkeys(others)]

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
                fitting = self.fitting(name)
                named = ", ".join(fitting[:_NAMED])
                if not fitting:
                    return f"to {name}, who is not known here yet"
                down = bound_name(self, "assignee.next")
                return f"{down}: {named}" if down else named

    def fitting(self, stem: str) -> list[str]:
        """Names that begin with `stem`, then those that have it elsewhere in them."""
        typed = folded(stem)
        found = [name for name in self._names if typed in folded(name)]
        return sorted(found, key=lambda name: not folded(name).startswith(typed))

    @property
    def is_chosen(self) -> bool:
        return self.value in self._names
