"""A document of which nothing was known: what most of a first sync brings, and takes least for."""

from civictui.codec import Shape
from civictui.domain.model import Doc
from civictui.domain.revtree import REVS_LIMIT, RevTree
from civictui.storage.stored_document import StoredDocument


class NewDocument(Shape):
    """Its first revision here, with its past. A tree of its own would take three times as long."""

    id: str
    path: list[str]
    """The revision and what it came from, the newest first."""
    deleted: bool
    body: Doc
    sequence: int = 0

    def to_row(self) -> Doc:
        """As `StoredDocument.to_row` of the same."""
        tree = [[rev, i - 1, 0] for i, rev in enumerate(reversed(self.path[:REVS_LIMIT]))]
        tree[-1][2] = int(self.deleted)
        return {"s": self.sequence, "t": tree, "b": {str(len(tree) - 1): self.body}}

    def stored(self) -> StoredDocument:
        """For a second revision of it."""
        nothing = StoredDocument(self.id, 0, RevTree(), {})
        return nothing.with_revision(self.path, self.deleted, self.body)
