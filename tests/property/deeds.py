"""What persons do at their terminals, and what of it is put down as a fact."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import singledispatchmethod
from random import Random
from typing import Any, cast

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.merge import Side
from civictui.domain.model import Doc, Draft, Photo, Query, Report
from tests.property.facts import Facts
from tests.property.steps import (
    Deed,
    Discard,
    Edit,
    Look,
    Remark,
    Settle,
    Submit,
    Withdraw,
)
from tests.property.terminal import Terminal
from tests.sync.test_loop import PHOTO

_JPEG = PHOTO.read_bytes()
ATTRIBUTES = {
    "problemDescription": "description",
    "category": "category",
    "address": "address",
    "status": "status",
}


class Deeds:
    """What is written goes into `facts`: before it is done, where a life may end in it."""

    def __init__(self, terminals: list[Terminal]) -> None:
        self.terminals = terminals
        self.facts = Facts()
        self.under_way = False
        """Whether rounds go on at the same time, which may change what is just being read."""

    @singledispatchmethod
    async def perform(self, step: Deed) -> None:
        raise NotImplementedError

    @perform.register
    async def _(self, step: Submit) -> None:
        terminal, number = self.terminals[step.who], step.number
        key = f"report-{number}"
        names = ("description", "category", "address")
        draft = Draft.from_doc({"id": key, **{name: f"{name}-{number}" for name in names}})
        if step.photo:
            draft = replace(draft, photos=(await self._photo(terminal, number),))
            terminal.photographed.add(key)
        await terminal.device.service.submit(draft)
        doc = await terminal.store.reader.document(key)
        self.facts.documents.add(key)
        self.facts.wrote(key, {field: doc[field] for field in ATTRIBUTES})

    @perform.register
    async def _(self, step: Remark) -> None:
        """As a document of its own beside the report: it can have no conflict."""
        terminal, doc = await self._chosen(step)
        if doc is None:
            return
        key = f"remark-{step.number}"
        body = {"type": "update", "report": doc["_id"], "reportedBy": terminal.device.user}
        await terminal.store.run(terminal.store.tables.documents.write, key, body)
        self.facts.documents.add(key)

    @perform.register
    async def _(self, step: Look) -> None:
        terminal, doc = await self._chosen(step)
        if doc is None:
            return
        terminal.looked_at = doc
        draft = Draft(id=f"draft-{step.number}", report=doc["_id"], base=doc["_rev"])
        await terminal.store.writer.save_draft(draft)

    @perform.register
    async def _(self, step: Edit) -> None:
        terminal, doc = await self._chosen(step)
        if step.old:
            doc, terminal.looked_at = terminal.looked_at, None
        if doc is None:
            return
        values = {field: f"{field}-{step.number}" for field in step.fields}
        names = {ATTRIBUTES[field]: value for field, value in values.items()}
        report = replace(Report.from_doc(doc), **cast(Any, names))
        self.facts.replaced(doc["_id"], doc, {**doc, **values})
        try:
            await terminal.store.writer.edit(report, doc["_rev"])
        except NotFound:
            if not (step.old or self.under_way):
                raise
            return
        self.facts.wrote(doc["_id"], values)

    @perform.register
    async def _(self, step: Withdraw) -> None:
        terminal, doc = await self._chosen(step)
        if doc is None or doc["reportedBy"] != terminal.device.user:
            return
        await self._gone(terminal, doc["_id"])
        with suppress(NotFound):  # it went while the person was about to let it go
            await terminal.store.writer.withdraw(doc["_id"])
        await self._gone(terminal, doc["_id"])

    @perform.register
    async def _(self, step: Discard) -> None:
        """What was written comes to nothing; or comes back, if the gateway has it after all."""
        terminal = self.terminals[step.who]
        waiting = sorted(one.id for one in await terminal.store.state.waiting() if one.text)
        if not waiting:
            return
        key = waiting[step.pick % len(waiting)]
        unsent = await terminal.unsent_revisions(key)
        with suppress(UsageError):  # what the gateway had once is only sent again
            await terminal.store.writer.discard_unsent(key)
        for version in await terminal.store.reader.versions(key):
            if version.rev in unsent:
                self.facts.took_back(key, version.body)
        terminal.made.pop(key, None)
        self.facts.discarded.add(key)

    @perform.register
    async def _(self, step: Settle) -> None:
        terminal = self.terminals[step.who]
        keys = await terminal.store.reader.conflicts()
        key = keys[step.pick % len(keys)] if keys else ""
        conflict = await terminal.store.reader.conflict(key) if key else None
        if conflict is None:
            return
        rng = Random(step.seed)
        sides = (Side.MINE, Side.THEIRS) if conflict.withdrawn else tuple(Side)
        groups = [""] if conflict.withdrawn else [d.group for d in conflict.differences()]
        chosen = {group: rng.choice(sides) for group in groups if not group or rng.random() < 0.7}
        body = conflict.settled(chosen)
        if body is None:
            await self._gone(terminal, key)
        for version in (conflict.mine, conflict.theirs):
            self.facts.replaced(key, version.body or {}, body or {})
        with suppress(UsageError):  # it has changed while the person was choosing
            await terminal.store.writer.settle(conflict, body)
        if body is None:
            await self._gone(terminal, key)

    async def _photo(self, terminal: Terminal, number: int) -> Photo:
        """A photo that no other report has: what follows the end of a JPEG belongs to nobody."""
        contents = [_JPEG + f"{kind}-{number}".encode() for kind in ("large", "thumbnail")]
        large, thumbnail = (f"{hashlib.sha256(content).hexdigest()}.jpg" for content in contents)
        for key, content in zip((large, thumbnail), contents, strict=True):
            await terminal.store.blobs.put(key, content)
        return Photo(large, thumbnail, bytes=len(_JPEG))

    async def _gone(self, terminal: Terminal, key: str) -> None:
        """Whoever deletes a document lets all its versions go that are there in that moment."""
        for leaf in await terminal.leaves(key):
            if not leaf.get("_deleted"):
                self.facts.replaced(key, leaf, {})
        for version in await terminal.store.reader.versions(key):
            if version.why == "withdrawn":
                self.facts.replaced(key, version.body, {})

    async def _chosen(self, step: Remark | Look | Edit | Withdraw) -> tuple[Terminal, Doc | None]:
        """The terminal, and one of the reports that it shows."""
        terminal = self.terminals[step.who]
        keys = sorted(await terminal.store.reader.find(Query()))
        with suppress(NotFound):  # a round took it away in between
            if keys:
                return terminal, await terminal.store.reader.document(keys[step.pick % len(keys)])
        return terminal, None
