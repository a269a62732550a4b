"""A report that is being written, or an edit of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from civictui.domain.model.answers import Answer, answers_from, is_empty
from civictui.domain.model.report import Photo, photos_of
from civictui.domain.model.values import Doc, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is being written. Its photos are already sealed in the blob store.

    A draft of an edit names the report and the revision that the person saw.
    """

    id: str
    description: str = ""
    category: str = ""
    place: str = ""
    place_source: str = "typed"
    address: str = ""
    photo_path: str = ""
    photos: tuple[Photo, ...] = ()
    saved_at: str = ""
    report: str = ""
    base: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What was written or ticked, by the code of the question; whether it will do is not said."""

    @property
    def is_blank(self) -> bool:
        words = (self.description, self.category, self.place, self.address, self.photo_path)
        said = any(text.strip() for text in words) or not all(map(is_empty, self.answers.values()))
        return not (self.photos or said)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        texts = {name: text_of(doc.get(name)) for name in _DRAFT_TEXTS}
        answers = answers_from(doc.get("answers"))
        return cls(id=text_of(doc.get("id")), **texts, photos=photos_of(doc), answers=answers)

    def to_doc(self) -> Doc:
        doc: Doc = {"id": self.id, **{name: getattr(self, name) for name in _DRAFT_TEXTS}}
        doc["photos"] = [photo.to_doc() for photo in self.photos]
        if self.answers:  # as the format had it from the beginning
            doc["answers"] = {
                code: answer if isinstance(answer, str) else list(answer)
                for code, answer in self.answers.items()
            }
        return doc


_DRAFT_TEXTS = (
    "description", "category", "place", "place_source", "address", "photo_path", "saved_at",
    "report", "base",
)  # fmt: skip
