"""Which documents name a picture, and which updates are about a report.

It lies in memory: made from the rows at opening, of which little is decoded for it, and told of
every change once that is durable. Entries are never taken out; whoever asks looks at what the
documents say by now.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from civictui.codec import Shape
from civictui.domain.model import Doc, Photo
from civictui.domain.model.report import photos_of
from civictui.gateway.database.review import report_of

Index: TypeAlias = dict[str, tuple[str, ...] | dict[str, None]]
"""Ids by a name: the few of most names in little memory, the many of others in little time."""
_FEW = 8


class Glimpse(Shape):
    """What of a body is looked at."""

    type: Any = None
    report: Any = None
    picture: Any = None
    photos: Any = None


class Mentions:
    """The documents' observer."""

    glimpse = Glimpse

    def __init__(self) -> None:
        self._naming: Index = {}
        self._about: Index = {}

    def naming(self, picture: str) -> tuple[str, ...]:
        """Ids of documents that name a picture, or did."""
        return tuple(self._naming.get(picture, ()))

    def about(self, report: str) -> tuple[str, ...]:
        """Ids of updates that are about a report, or were."""
        return tuple(self._about.get(report, ()))

    def load(self, found: Iterable[tuple[str, Glimpse]]) -> None:
        for key, seen in found:
            if seen.photos is not None or seen.picture is not None or seen.report is not None:
                names = ("type", "report", "picture", "photos")
                self._note(key, {name: getattr(seen, name) for name in names})

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        for key, body in found:
            self._note(key, body)

    def observe(self, key: str, doc: Doc | None) -> None:
        if doc is not None:
            self._note(key, doc)

    def _note(self, key: str, doc: Mapping[str, Any]) -> None:
        for picture in pictures_in(doc):
            _add(self._naming, picture, key)
        report = report_of(doc)
        if report is not None:
            _add(self._about, report, key)


def pictures_in(doc: Mapping[str, Any]) -> set[str]:
    """The keys of all pictures that a document names, thumbnails too."""
    single = Photo.from_doc(doc.get("picture"))
    photos = [*photos_of(doc), *([single] if single else [])]
    return {key for photo in photos for key in (photo.large, photo.thumbnail) if key}


def _add(index: Index, name: str, key: str) -> None:
    known = index.get(name, ())
    if isinstance(known, dict):
        known[key] = None
    elif key not in known:
        longer = (*known, key)
        index[name] = longer if len(longer) <= _FEW else dict.fromkeys(longer)
