"""Documents from elsewhere: what they say of themselves, and what they take away."""

from collections.abc import Callable
from dataclasses import dataclass, field

from civictui.domain.model import Doc, is_report
from civictui.domain.revtree import MOST_GENERATION, BadRevision, parse, path_of
from civictui.storage.stored_document import StoredDocument


def identity_of(doc: Doc) -> tuple[str, str, list[str]]:
    """Id, revision and ancestry of a document from elsewhere. Raises BadRevision."""
    key, rev = doc.get("_id"), doc.get("_rev")
    if not isinstance(key, str) or not key or key.startswith("_"):
        raise BadRevision("a document's id is a string that does not begin with an underscore")
    if not isinstance(rev, str):
        raise BadRevision("a replicated document has a revision")
    if parse(rev)[0] > MOST_GENERATION:
        raise BadRevision("no document was changed that often")
    history = doc.get("_revisions")
    if not isinstance(history, dict):
        return key, rev, [rev]
    start, digests = history.get("start"), history.get("ids")
    if not isinstance(start, int) or not isinstance(digests, list):
        raise BadRevision("a revision history is {start, ids}")
    if not all(isinstance(digest, str) and digest for digest in digests):
        raise BadRevision("a revision history is {start, ids}")
    path = path_of(start, digests)
    if path[0] != rev:
        raise BadRevision("the revision history belongs to another revision")
    return key, rev, path


@dataclass(slots=True)
class Intake:
    """What a page brings, while it is gone through."""

    missed: Callable[[str], bool]
    """Whether somebody here has worked on a document: what replaces it may not be theirs."""
    changed: dict[str, StoredDocument] = field(default_factory=dict)
    lost: list[tuple[str, str, Doc]] = field(default_factory=list)
    """(id, revision, body) of what somebody here may miss."""
    contested: set[str] = field(default_factory=set)
    """Documents that were in conflict before: whoever settled it, one version lost."""

    def take(self, before: StoredDocument, after: StoredDocument, *, deleted: bool) -> None:
        key = before.id
        if before.contested:
            self.contested.add(key)
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
