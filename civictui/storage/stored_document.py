"""One document as its row keeps it: the tree of its revisions, the bodies of its leaves, its marks.

    {"s": sequence, "t": tree, "b": {index of a leaf: body}, "p": [revisions to be sent]}

Bodies are kept for leaves, and for what is to be sent, and have no `_id`; `p` is absent when empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from civictui.codec import Shape
from civictui.domain.model import Doc
from civictui.domain.revtree import RevTree

B = TypeVar("B")


class GlimpsedRow(Shape, Generic[B]):
    """A row of which each body is only glimpsed, and the tree not built."""

    s: int
    t: list[tuple[str, int, int]]
    b: dict[str, B]
    p: tuple[str, ...] = ()

    @property
    def usual(self) -> B | None:
        """The body of a document with one leaf, neither deleted nor marked.

        Every leaf has a body, so that one body means one leaf.
        """
        if len(self.b) != 1 or self.p:
            return None
        ((index, body),) = self.b.items()
        return None if self.t[int(index)][2] else body


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One document with all that is known of it."""

    id: str
    sequence: int
    tree: RevTree
    bodies: Mapping[str, Doc]
    pending: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, key: str, row: Mapping[str, Any]) -> "StoredDocument":
        names = [entry[0] for entry in row["t"]]
        bodies = {names[int(index)]: body for index, body in row["b"].items()}
        return cls(key, row["s"], RevTree.from_list(row["t"]), bodies, tuple(row.get("p", ())))

    def to_row(self) -> Doc:
        tree = self.tree.to_list()
        row: Doc = {
            "s": self.sequence,
            "t": tree,
            "b": {
                str(i): self.bodies[entry[0]]
                for i, entry in enumerate(tree)
                if entry[0] in self.bodies
            },
        }
        if self.pending:
            row["p"] = list(self.pending)
        return row

    def doc(self, rev: str, *, revisions: bool = False) -> Doc | None:
        """The body of `rev` with its underscore fields, or None where it is not kept."""
        body = self.bodies.get(rev)
        if body is None:
            return None
        doc: Doc = {"_id": self.id, "_rev": rev, **body}
        if self.tree.is_deleted(rev):
            doc["_deleted"] = True
        if revisions:
            doc["_revisions"] = self.tree.revisions(rev)
        return doc

    def shown(self) -> Doc | None:
        """The winning document, or None where it is a tombstone.

        What was made here and is not yet acknowledged stays in sight, whatever a server says.
        """
        winner = self.tree.winner()
        if self.tree.is_deleted(winner) and self.pending:
            winner = self.pending[-1]
        return None if self.tree.is_deleted(winner) else self.doc(winner)

    def with_revision(self, path: Sequence[str], deleted: bool, body: Doc) -> "StoredDocument":
        tree = self.tree.merge(path, deleted).stem()
        kept = {*tree.leaves(), *self.pending}
        bodies = {rev: old for rev, old in {**self.bodies, path[0]: body}.items() if rev in kept}
        return replace(self, tree=tree, bodies=bodies)

    def without_marks(self, revs: set[str]) -> "StoredDocument":
        """These revisions are acknowledged; of those that are no leaves the body goes."""
        left = tuple(mark for mark in self.pending if mark not in revs)
        kept = {*self.tree.leaves(), *left}
        bodies = {rev: body for rev, body in self.bodies.items() if rev in kept}
        return replace(self, pending=left, bodies=bodies)
