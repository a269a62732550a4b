"""Documents from elsewhere: what they say of themselves, and what they take away."""

from collections.abc import Callable
from dataclasses import dataclass, field

from civictui.domain.model import Doc, is_report
from civictui.storage.new_document import NewDocument
from civictui.storage.stored_document import StoredDocument


@dataclass(slots=True)
class Intake:
    """What a page brings, while it is gone through."""

    missed: Callable[[str], bool]
    """Whether somebody here has worked on a document: what replaces it may not be theirs."""
    new: dict[str, NewDocument] = field(default_factory=dict)
    changed: dict[str, StoredDocument] = field(default_factory=dict)
    lost: list[tuple[str, str, Doc]] = field(default_factory=list)
    """(id, revision, body) of what somebody here may miss."""
    contested: set[str] = field(default_factory=set)
    """Documents that were in conflict before: whoever settled it, one version lost."""

    def known(self, key: str) -> StoredDocument | None:
        """A document that this page has spoken of already."""
        new = self.new.get(key)
        return new.stored() if new else self.changed.get(key)

    def take(self, before: StoredDocument, after: StoredDocument, *, deleted: bool) -> None:
        key = before.id
        if before.contested:
            self.contested.add(key)
        self.new.pop(key, None)
        self.changed[key] = after
        gone = before.bodies.keys() - after.bodies.keys()
        if not gone:
            return
        known = key in self.contested or self.missed(key)
        if deleted or known or _empties(before.shown(), after.shown()):
            self.lost += [(key, rev, before.bodies[rev]) for rev in gone]


def _empties(before: Doc | None, after: Doc | None) -> bool:
    """Whether a report is none any more, or says nothing, by whatever name that is done."""
    if before is None or not is_report(before):
        return False
    if after is None or not is_report(after):
        return True
    return bool(before.get("problemDescription")) and not after.get("problemDescription")
