"""What `Service` does with photos that are taken in and with places, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from civictui.domain.errors import NoFix, PictureError, UsageError
from civictui.domain.events import ReportsChanged
from civictui.domain.model import (
    NEARBY_METERS,
    AddressProposal,
    Draft,
    Fix,
    GeoPoint,
    Nearby,
    Update,
)
from civictui.domain.ports import TakenPhoto
from tests.fake_sync import FakeSync


@dataclass
class FakePlaces(FakeSync):
    """A test fills what there is to be found; what it leaves out is answered with its error."""

    photos: dict[str, TakenPhoto] = field(default_factory=dict)
    """By their paths."""
    newest: TakenPhoto | None = None
    """In the inbox."""
    camera: TakenPhoto | None = None
    fix: Fix | None = None
    """What the receiver gives."""
    waits: tuple[str, ...] = ("asking gpsd …",)
    """What is told while the receiver is waited for."""
    last: Fix | None = None
    limit: float = 50.0
    proposals: list[AddressProposal] = field(default_factory=list)
    geocoded: AddressProposal | None = None
    awaiting: int = 0
    """Reports without an address that one is looked up for."""

    # --- photos ---

    async def take_photo(self, path: str) -> TakenPhoto:
        await self._note("take_photo", path)
        if path not in self.photos:
            raise PictureError(f"{path} is no picture", "Name a JPEG, PNG or WebP file.")
        return self.photos[path]

    async def take_newest(self) -> TakenPhoto:
        await self._note("take_newest", None)
        if self.newest is None:
            raise PictureError("There is no photo in the inbox", "Put one there.")
        return self.newest

    async def capture_photo(self) -> TakenPhoto:
        await self._note("capture_photo", None)
        if self.camera is None:
            raise PictureError("No camera is set up", "Set capture in the settings file.")
        return self.camera

    # --- places ---

    async def locate(self, told: Callable[[str], object]) -> Fix:
        for words in self.waits:
            told(words)
        await self._note("locate", None)
        if self.fix is None:
            raise NoFix("The receiver has no fix yet", "Wait under the open sky.")
        return self.fix

    async def last_position(self) -> Fix | None:
        return self.last

    async def accuracy_limit(self) -> float:
        return self.limit

    async def addresses(self, point: GeoPoint) -> list[AddressProposal]:
        self._ask("addresses", point)
        return list(self.proposals)

    async def ask_address(self, point: GeoPoint) -> AddressProposal | None:
        await self._note("ask_address", point)
        return self.geocoded

    async def awaiting_addresses(self) -> int:
        return self.awaiting

    async def nearby(self, point: GeoPoint, category: str) -> list[Nearby]:
        """From the reports that the reader has."""
        self._ask("nearby", (point, category))
        found = [
            Nearby(row, row.meters or 0.0, bool(category) and row.report.category == category)
            for row in await self.reader.around(point, NEARBY_METERS)
            if row.report.status == "open"
        ]
        return sorted(found, key=lambda near: (not near.is_likely, near.meters))

    async def remark(self, report_id: str, draft: Draft) -> str:
        (key,) = await self.update([report_id], draft)
        return key

    async def update(self, report_ids: Sequence[str], draft: Draft) -> list[str]:
        await self._note("update", (tuple(report_ids), draft))
        for report_id in report_ids:
            await self.reader.report(report_id)
        if draft.is_blank:
            raise UsageError("The update is empty", "Say something.")
        first = report_ids[0]
        keys = [
            self._said(key, draft, draft.id if key == first else f"{draft.id}-{key}")
            for key in report_ids
        ]
        self.reader.kept_drafts.pop(draft.id, None)
        self.emit(ReportsChanged())
        return keys

    def _said(self, report_id: str, draft: Draft, key: str) -> str:
        said = self.reader.said.setdefault(report_id, [])
        update = Update(
            id=key,
            report=report_id,
            reported_by=self.user,
            reported_at="2026-11-23T10:00:00Z",
            text=draft.description,
            status=draft.status,
            assignee=draft.assignee,
            photos=draft.photos,
        )
        said.append(update)
        row = self.reader.reports[report_id]
        self.reader.written.setdefault(report_id, row.report.to_doc())
        assignee = row.report.assignee if draft.assignee is None else draft.assignee
        changed = replace(row.report, status=draft.status or row.report.status, assignee=assignee)
        self.reader.reports[report_id] = replace(row, report=changed)
        return update.id

    def _ask(self, name: str, given: object) -> None:
        """A question, which nothing holds up."""
        self.calls.append((name, given))
        if error := self.failing.pop(name, None):
            raise error
