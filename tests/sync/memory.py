"""An `Endpoint` in memory, which can be told to misbehave."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from civictui.domain.errors import Unreachable
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, EndpointInfo, Seq, WriteFailure
from civictui.domain.revtree import RevTree, next_revision, path_of


class MemoryEndpoint:
    """A database of dicts. `fail_at` names calls (counted from 1) that lose their answer."""

    def __init__(self, identity: str = "memory", *, number: Callable[[int], Seq] = int) -> None:
        self.identity = identity
        self.trees: dict[str, RevTree] = {}
        self.bodies: dict[tuple[str, str], Doc] = {}
        self.order: list[str] = []
        self.locals: dict[str, Doc] = {}
        self.calls: list[str] = []
        self.fail_at: set[int] = set()
        self.refuse: dict[str, str] = {}
        self._number = number

    def make(self, key: str, body: Doc, parent: str | None = None) -> str:
        """A revision made on this side."""
        rev = next_revision(parent, False, body)
        ancestry = list(self.trees[key].ancestry(parent)) if parent else []
        self._take(key, [rev, *ancestry], body, deleted=False)
        return rev

    async def info(self) -> EndpointInfo:
        return EndpointInfo("memory", self._number(len(self.order)), self.identity)

    async def changes(
        self, since: Seq, *, limit: int, descending: bool = False, wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:  # fmt: skip
        self._called("changes")
        last = {key: i for i, key in enumerate(self.order, 1)}
        rows = sorted((i, key) for key, i in last.items())
        if descending:
            rows.reverse()
        else:
            start = next((i for i in range(len(self.order) + 1) if self._number(i) == since), 0)
            rows = [(i, key) for i, key in rows if i > start]
        page = [self._row(i, key, include_docs) for i, key in rows[:limit]]
        return Changes(page, page[-1].seq if page else since)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        self._called("revs_diff")
        found = {key: self.trees.get(key, RevTree()).missing(asked) for key, asked in revs.items()}
        return {key: missing for key, missing in found.items() if missing}

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        self._called("bulk_get")
        return [
            {**self.bodies[key, rev], "_id": key, "_rev": rev,
             **({"_deleted": True} if self.trees[key].is_deleted(rev) else {}),
             "_revisions": self.trees[key].revisions(rev)}
            for key, rev in wanted if (key, rev) in self.bodies
        ]  # fmt: skip

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        failures = []
        for doc in docs:
            if reason := self.refuse.get(doc["_id"]):
                failures.append(WriteFailure(doc["_id"], doc["_rev"], "forbidden", reason))
            elif doc["_rev"] not in self.trees.get(doc["_id"], RevTree()):
                history = doc["_revisions"]
                body = {name: value for name, value in doc.items() if not name.startswith("_")}
                path = path_of(history["start"], history["ids"])
                self._take(doc["_id"], path, body, deleted=bool(doc.get("_deleted")))
        self._called("bulk_docs")  # an answer may be lost after the work was done
        return failures

    async def get_local(self, name: str) -> Doc | None:
        self._called("get_local")
        return self.locals.get(name)

    async def put_local(self, name: str, body: Doc) -> None:
        self.locals[name] = body
        self._called("put_local")

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if len(self.calls) in self.fail_at:
            raise Unreachable("the answer was lost")

    def _take(self, key: str, path: list[str], body: dict[str, Any], *, deleted: bool) -> None:
        self.trees[key] = self.trees.get(key, RevTree()).merge(path, deleted)
        self.bodies[key, path[0]] = body
        self.order.append(key)

    def _row(self, i: int, key: str, include_docs: bool) -> Change:
        tree = self.trees[key]
        leaves = tree.leaves()
        doc = {"_id": key, "_rev": leaves[0], **self.bodies[key, leaves[0]]}
        shown = doc if include_docs else None
        return Change(self._number(i), key, tuple(leaves), tree.is_deleted(leaves[0]), shown)
