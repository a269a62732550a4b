"""What is said about a report later: a document of its own that nobody edits (ADR 0007)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from civictui.domain.model.report import Photo, photos_of
from civictui.domain.model.values import Doc, read_time, text_of

UPDATE = "update"
MOST_AT_ONCE = 200
"""Reports about which the same is said in one act: each gets a document and a second copy."""
WORD_CHARACTERS = 500
"""Of a status or an assignee: no program of ours writes more, no gateway of ours takes more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A remark on the report of the id `report`; `status` is "" where it changes none.

    `assignee` is to whom it is assigned with it, "" to nobody any more, None where that stays.
    Of several updates the one with the latest (time, id) is in force, for each of both by itself.
    """

    id: str
    report: str
    reported_by: str = ""
    reported_at: str = ""
    text: str = ""
    status: str = ""
    assignee: str | None = None
    photos: tuple[Photo, ...] = ()

    @property
    def time(self) -> datetime | None:
        return read_time(self.reported_at)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read any document as an update; a field of a wrong type counts as absent."""
        return cls(
            id=text_of(doc.get("_id")),
            report=text_of(doc.get("report")),
            reported_by=text_of(doc.get("reportedBy")),
            reported_at=text_of(doc.get("reportedDateTime")),
            text=text_of(doc.get("text")),
            status=word_of(text_of(doc.get("status"))),
            assignee=_assignee(doc),
            photos=photos_of(doc),
        )

    def to_doc(self) -> Doc:
        doc: Doc = {
            "_id": self.id,
            "type": UPDATE,
            "report": self.report,
            "reportedBy": self.reported_by,
            "reportedDateTime": self.reported_at,
            "text": self.text,
        }
        if self.status:
            doc["status"] = self.status
        if self.assignee is not None:
            doc["assignee"] = self.assignee
        if self.photos:
            doc["photos"] = [photo.to_doc() for photo in self.photos]
        return doc


def _assignee(doc: Mapping[str, Any]) -> str | None:
    named = doc.get("assignee")
    return word_of(named) if isinstance(named, str) else None


def word_of(text: str) -> str:
    """A status or a name as it counts: of blanks alone it says nothing, of pages its beginning."""
    return text[:WORD_CHARACTERS].strip()


def is_update(doc: Mapping[str, Any]) -> bool:
    """Whether a document is an update of a report that it names."""
    return doc.get("type") == UPDATE and bool(text_of(doc.get("report")))
