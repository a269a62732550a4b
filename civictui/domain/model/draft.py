"""A report that is being written, or an edit of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from civictui.domain.model.answers import Answer, answers_from, is_empty
from civictui.domain.model.report import GeoPoint, Photo, photos_of
from civictui.domain.model.values import Doc, count_of, is_number, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOrigin:
    """What the file of a photo said. It stays in the draft: no report has it.

    `name` is the file's, or says where the photo came from; `taken_at` is RFC 3339, or "";
    `at_zero`: its place is 0, 0, which is what a camera without a fix writes, and counts as none.
    """

    name: str = ""
    point: GeoPoint | None = None
    taken_at: str = ""
    at_zero: bool = False

    @classmethod
    def from_doc(cls, doc: object) -> Self:
        """What is of a wrong type counts as not said."""
        if not isinstance(doc, Mapping):
            return cls()
        return cls(
            name=text_of(doc.get("name")),
            point=GeoPoint.from_geojson(doc.get("point")),
            taken_at=text_of(doc.get("taken_at")),
            at_zero=doc.get("at_zero") is True,
        )

    def to_doc(self) -> Doc:
        point = self.point and self.point.to_geojson()
        doc = {"name": self.name, "point": point, "taken_at": self.taken_at}
        said: Doc = {name: value for name, value in doc.items() if value}
        return {**said, "at_zero": True} if self.at_zero else said


NO_ORIGIN = PhotoOrigin()


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
    """A `LocationSource`."""
    place_accuracy: float | None = None
    """Metres, of a receiver's fix."""
    place_at: str = ""
    """When the fix was measured; "" for a place that was not measured."""
    address: str = ""
    address_source: str = ""
    """An `AddressSource`, "" for what is typed."""
    photo_path: str = ""
    photos: tuple[Photo, ...] = ()
    origins: Mapping[str, PhotoOrigin] = field(default_factory=dict)
    """Of those of its photos that were taken into it, by their keys."""
    saved_at: str = ""
    report: str = ""
    base: str = ""
    status: str = ""
    """Of a remark: to which it changes the report's; "" changes nothing."""
    also: tuple[str, ...] = ()
    """Of a remark: further reports about which the same is said."""
    assignee: str | None = None
    """Of a remark: to whom it assigns the report, "" to nobody any more; None changes nothing."""
    at_field: str = ""
    """The id of the field in which the cursor was, "" where that is not known."""
    at_offset: int = 0
    """How many characters of that field stood before the cursor."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What was written or ticked, by the code of the question; whether it will do is not said."""

    @property
    def is_remark(self) -> bool:
        """Whether it is one on the report `report`: an edit of that also has a `base`."""
        return bool(self.report) and not self.base

    @property
    def reports(self) -> tuple[str, ...]:
        """All the reports that an edit or a remark is about, each once."""
        return tuple(dict.fromkeys(filter(None, (self.report, *self.also))))

    @property
    def is_blank(self) -> bool:
        words = (self.description, self.category, self.place, self.address, self.photo_path)
        said = any(text.strip() for text in words) or not all(map(is_empty, self.answers.values()))
        acts = bool(self.status) or self.assignee is not None
        return not (self.photos or said or acts)

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        texts = {name: text_of(doc.get(name)) for name in (*_DRAFT_TEXTS, *_LATER_TEXTS)}
        accuracy, photos = doc.get("place_accuracy"), photos_of(doc)
        assignee = doc.get("assignee")
        return cls(
            id=text_of(doc.get("id")),
            **texts,
            place_accuracy=float(accuracy) if is_number(accuracy) else None,
            assignee=assignee if isinstance(assignee, str) else None,
            at_offset=count_of(doc.get("at_offset")),
            also=_ids_from(doc.get("also")),
            photos=photos,
            origins=_origins_from(doc.get("origins"), photos),
            answers=answers_from(doc.get("answers")),
        )

    def to_doc(self) -> Doc:
        doc: Doc = {"id": self.id, **{name: getattr(self, name) for name in _DRAFT_TEXTS}}
        doc["photos"] = [photo.to_doc() for photo in self.photos]
        # What came later is left out where it is empty: as the format had it from the beginning.
        doc.update({name: value for name in _LATER_TEXTS if (value := getattr(self, name))})
        if self.place_accuracy is not None:
            doc["place_accuracy"] = self.place_accuracy
        if self.assignee is not None:
            doc["assignee"] = self.assignee
        if self.at_offset:
            doc["at_offset"] = self.at_offset
        if self.also:
            doc["also"] = list(self.also)
        if self.origins:
            doc["origins"] = {key: origin.to_doc() for key, origin in self.origins.items()}
        if self.answers:
            doc["answers"] = {
                code: answer if isinstance(answer, str) else list(answer)
                for code, answer in self.answers.items()
            }
        return doc


def _ids_from(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(filter(None, map(text_of, listed)))


def _origins_from(value: object, photos: Iterable[Photo]) -> dict[str, PhotoOrigin]:
    said = value if isinstance(value, Mapping) else {}
    found = {photo.key: PhotoOrigin.from_doc(said.get(photo.key)) for photo in photos}
    return {key: origin for key, origin in found.items() if origin != NO_ORIGIN}


_DRAFT_TEXTS = (
    "description", "category", "place", "place_source", "address", "photo_path", "saved_at",
    "report", "base",
)  # fmt: skip
_LATER_TEXTS = ("place_at", "address_source", "status", "at_field")
