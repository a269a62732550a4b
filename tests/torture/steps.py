"""What is done to a store, step by step, and what must then be in it.

Each step is one thing that is acknowledged or not. What a store must hold after some steps is a
`World`: plain dictionaries, kept by a few lines that know nothing of logs, records or revisions.
"""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from civictui.domain.model import Doc, Draft, GeoPoint, Photo, Report, Update
from civictui.domain.ports import WriteFailure
from civictui.storage.ballast import Ballast
from civictui.storage.store import StoreTables
from civictui.storage.tables import SealedDatabase

KEY, STORE = bytes(range(32)), bytes(range(32, 48))

World: TypeAlias = dict[str, dict[str, Any]]
"""By section (reports, marks, jobs, ...) what has which id."""

SECTIONS = ("reports", "marks", "jobs", "refused", "photos", "drafts", "secrets", "locals")


def new_world() -> World:
    return {section: {} for section in SECTIONS}


def copied(world: World) -> World:
    return {section: dict(content) for section, content in world.items()}


class Flat:
    """`Geography`: a flat earth on which a degree is a metre."""

    def meters(self, a: GeoPoint, b: GeoPoint) -> float:
        return abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude)

    def exact_meters(self, a: GeoPoint, b: GeoPoint) -> float:
        return self.meters(a, b)

    def bearing(self, a: GeoPoint, b: GeoPoint) -> float:
        return 0.0


class Subject:
    """The store that the steps are done to. `data` is the folder that the ballast lies in."""

    def __init__(
        self, folder: Path, key: bytes = KEY, store: bytes = STORE, data: Path | None = None
    ) -> None:
        self.folder = folder
        self._key = key
        self._store = store
        self._data = data or folder
        self.tables = self._opened()
        self.is_open = True

    @classmethod
    def begin(cls, folder: Path, key: bytes = KEY, store: bytes = STORE) -> "Subject":
        SealedDatabase.create(folder, key, store).close()
        return cls(folder, key, store)

    def _opened(self) -> StoreTables:
        ballast = Ballast(self._data)
        return StoreTables(self.folder, bytearray(self._key), self._store, Flat(), ballast)

    def compact(self) -> None:
        self.tables._database.compact()

    def reopen(self) -> None:
        """Close it and open it again; where the opening failed before, only open it."""
        self.close()
        self.tables = self._opened()
        self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.tables.close()

    def world(self) -> World:
        """What the store says that it holds."""
        tables, world = self.tables, new_world()
        for row in tables.documents.changes(0, 1 << 40).rows:
            doc = tables.documents.get(row.id) or {}
            report = Report.from_doc(doc)
            world["reports"][row.id] = report.description or Update.from_doc(doc).text
            for photo in report.photos:
                for key in (photo.large, photo.thumbnail):
                    content = tables.blobs.get_or_none(key)
                    world["photos"][key] = content and hashlib.sha256(content).hexdigest()
        world["marks"] = dict.fromkeys(tables.documents.marked(), True)
        world["jobs"] = {job.key: job.location for job in tables.outbox.jobs()}
        world["refused"] = dict(tables.rejected())
        world["drafts"] = {draft.id: draft.description for draft in tables.drafts()}
        world["secrets"] = {name: value for name in SECRETS if (value := tables.secret(name))}
        found = {name: tables.documents.get_local(name) for name in LOCALS}
        world["locals"] = {name: doc["seq"] for name, doc in found.items() if doc}
        return world


SECRETS, LOCALS = ("tokens", "policy"), ("pull", "push")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `key` is the id of what it is done to; `text` is unlike any other step's."""

    kind: str
    key: str = ""
    text: str = ""
    draft: str = ""
    photo: int = 0
    """Bytes of the large picture; 0 is a report without one."""

    def perform(self, subject: Subject) -> None:
        _PERFORM[self.kind](self, subject)

    def expect(self, world: World) -> None:
        """Change the world as the step should change the store."""
        _EXPECT[self.kind](self, world)


# --- what a step does to a store ---------------------------------------------------------------


def _submit(step: Step, subject: Subject) -> None:
    photos = (Photo(*keys_of(step), bytes=step.photo),) if step.photo else ()
    for key in keys_of(step) if step.photo else ():
        subject.tables.put_picture(key, picture(key, step.photo))
    subject.tables.submit(_written(step, photos), step.draft)


def _written(step: Step, photos: tuple[Photo, ...]) -> Report | Update:
    """A report, or, one time in four, a remark: what is promised of the one holds for the other."""
    if sum(map(ord, step.key)) % 4 == 0:
        return Update(id=step.key, report="r0", reported_by="asha", text=step.text, photos=photos)
    return Report(id=step.key, description=step.text, reported_by="asha", photos=photos)


def _draft(step: Step, subject: Subject) -> None:
    subject.tables.save_draft(Draft(id=step.key, description=step.text))


def _discard(step: Step, subject: Subject) -> None:
    subject.tables.discard_draft(step.key)


def _batch(step: Step, subject: Subject) -> None:
    assert not subject.tables.documents.bulk_docs(batch(step))


def _edit(step: Step, subject: Subject) -> None:
    documents = subject.tables.documents
    doc = documents.get(step.key)
    if doc:
        documents.write(step.key, {**doc, "problemDescription": step.text}, doc["_rev"])


def _acknowledge(step: Step, subject: Subject) -> None:
    marks = subject.tables.documents.marked().get(step.key, ())
    subject.tables.acknowledge([(step.key, rev) for rev in marks])


def _refuse(step: Step, subject: Subject) -> None:
    for rev in subject.tables.documents.marked().get(step.key, ())[-1:]:
        subject.tables.reject([WriteFailure(step.key, rev, "forbidden", step.text)])


def _sent(step: Step, subject: Subject) -> None:
    for job in subject.tables.outbox.jobs():
        if job.key == step.key:
            subject.tables.job_done(job)


def _secret(step: Step, subject: Subject) -> None:
    subject.tables.put_secret(step.key, step.text)


def _local(step: Step, subject: Subject) -> None:
    subject.tables.documents.put_local(step.key, {"seq": step.text})


_PERFORM: Mapping[str, Callable[[Step, Subject], None]] = {
    "submit": _submit,
    "draft": _draft,
    "discard": _discard,
    "batch": _batch,
    "edit": _edit,
    "acknowledge": _acknowledge,
    "refuse": _refuse,
    "sent": _sent,
    "secret": _secret,
    "local": _local,
    "compact": lambda _, subject: subject.compact(),
    "reopen": lambda _, subject: subject.reopen(),
}


# --- what a step does to a world -----------------------------------------------------------------


def _expect_submit(step: Step, world: World) -> None:
    world["drafts"].pop(step.draft, None)
    if step.key in world["reports"]:
        return
    world["reports"][step.key] = step.text
    world["marks"][step.key] = True
    for key in keys_of(step) if step.photo else ():
        world["jobs"][key] = ""
        world["photos"][key] = hashlib.sha256(picture(key, step.photo)).hexdigest()


def _expect_draft(step: Step, world: World) -> None:
    if step.key not in world["reports"]:
        world["drafts"][step.key] = step.text


def _expect_edit(step: Step, world: World) -> None:
    if step.key in world["reports"]:
        world["reports"][step.key] = step.text
        world["marks"][step.key] = True


def _expect_acknowledge(step: Step, world: World) -> None:
    if world["marks"].pop(step.key, None):
        world["refused"].pop(step.key, None)


def _expect_refuse(step: Step, world: World) -> None:
    if step.key in world["marks"]:
        world["refused"][step.key] = step.text


def _expect_batch(step: Step, world: World) -> None:
    for key in _batch_keys(step):
        world["reports"].setdefault(key, step.text)


_EXPECT: Mapping[str, Callable[[Step, World], object]] = {
    "submit": _expect_submit,
    "draft": _expect_draft,
    "discard": lambda step, world: world["drafts"].pop(step.key, None),
    "batch": _expect_batch,
    "edit": _expect_edit,
    "acknowledge": _expect_acknowledge,
    "refuse": _expect_refuse,
    "sent": lambda step, world: world["jobs"].pop(step.key, None),
    "secret": lambda step, world: world["secrets"].update({step.key: step.text}),
    "local": lambda step, world: world["locals"].update({step.key: step.text}),
    "compact": lambda step, world: None,
    "reopen": lambda step, world: None,
}


def batch(step: Step) -> list[Doc]:
    """What a server sends, which is stored as one thing."""
    return [
        {"_id": key, "_rev": f"1-{key}", "type": "report", "problemDescription": step.text}
        for key in _batch_keys(step)
    ]


def _batch_keys(step: Step) -> list[str]:
    return [f"{step.key}.{i}" for i in range(4)]


def keys_of(step: Step) -> tuple[str, str]:
    """The large picture and the thumbnail of a report."""
    return f"{step.key}-l.jpg", f"{step.key}-t.jpg"


def picture(key: str, size: int) -> bytes:
    """The bytes of a picture; a thumbnail has a tenth."""
    size = size if key.endswith("-l.jpg") else max(1, size // 10)
    return random.Random(key).randbytes(size)


# --- scripts -------------------------------------------------------------------------------------

_KINDS = {
    "submit": 6, "draft": 5, "discard": 1, "batch": 2, "edit": 3, "acknowledge": 3, "refuse": 1,
    "sent": 2, "secret": 2, "local": 2, "compact": 1, "reopen": 1,
}  # fmt: skip
_PHOTOS = (0, 0, 40, 700, 5_000, 66_000)
_TEXTS = (0, 10, 100, 600, 3_000)


def script(seed: object, length: int, kinds: Mapping[str, int] | None = None) -> list[Step]:
    """The same steps for the same seed; `kinds` are the weights of the kinds of step."""
    kinds = kinds or _KINDS
    rng = random.Random(str(seed))
    reports, drafts = ["none"], [f"d{number}" for number in range(4)]
    steps: list[Step] = []
    for number in range(length):
        kind = rng.choices(list(kinds), list(kinds.values()))[0]
        text = f"step {number} " + "x" * rng.choice(_TEXTS)
        key = _key(rng, kind, number, reports, drafts)
        step = Step(kind, key, text, *_more(rng, kind, drafts))
        if kind in {"submit", "batch"}:
            reports.append(step.key)
        _retire(step, drafts)
        steps.append(step)
    return steps


def _retire(step: Step, drafts: list[str]) -> None:
    """The id of a draft is used once, as in life: what is written next is another draft."""
    gone = step.key if step.kind == "discard" else step.draft
    if gone in drafts:
        drafts[drafts.index(gone)] = f"{gone}'"


def _key(
    rng: random.Random, kind: str, number: int, reports: Sequence[str], drafts: Sequence[str]
) -> str:
    recent = rng.choice(reports[-6:])
    match kind:
        case "submit" | "batch":
            return f"{kind[0]}{number}"
        case "draft" | "discard":
            return rng.choice(drafts)
        case "secret":
            return rng.choice(SECRETS)
        case "local":
            return rng.choice(LOCALS)
        case "sent":
            return f"{recent}-{rng.choice('lt')}.jpg"
    return recent


def _more(rng: random.Random, kind: str, drafts: Sequence[str]) -> tuple[str, int]:
    return (rng.choice(drafts), rng.choice(_PHOTOS)) if kind == "submit" else ("", 0)


def worlds_of(steps: Sequence[Step]) -> list[World]:
    """What must be there after no step, one, two, ..."""
    worlds = [new_world()]
    for step in steps:
        worlds.append(copied(worlds[-1]))
        step.expect(worlds[-1])
    return worlds
