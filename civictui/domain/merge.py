"""Three-way merge of two versions of a document against the one that both came from. Pure.

Fields are merged in groups: a place and how it was measured belong together, as do an address and
its source; each answer to a question is a group of its own. A group that one side changed is taken
from that side; one that both changed alike is settled; photos are put together one by one. What
both changed differently clashes: it is asked. But for the address of a report that waited for one:
there a person's words hold before any geocoder's, and an answer holds for the place asked about.

Whoever merges the same three versions gets the same document, so that two terminals that do it
make one revision.
"""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from civictui.domain.model import AddressSource, Doc, read_time
from civictui.domain.model.values import text_of

EDITED: Final = "edited"
"""`{"by", "at"}` of the last edit of a document. It never clashes: the later one holds."""
MERGED_INTO: Final = "mergedInto"
"""In the tombstone of a version that another one has taken in: the revision of that one."""
WITHDRAWN_BY: Final = "withdrawnBy"
WITHDRAWN_AT: Final = "withdrawnAt"
"""In the tombstone of a document that a person has withdrawn."""

PHOTOS: Final = "photos"
_PLACE: Final = "place"
_ADDRESS: Final = "address"
_GROUPS: Final = {
    "geoLocation": _PLACE,
    "location": _PLACE,
    "address": _ADDRESS,
    "addressSource": _ADDRESS,
    "picture": PHOTOS,
    "photos": PHOTOS,
}
_UNKNOWN: Final = object()
_ANSWERS: Final = "attributes"
ANSWER: Final = "attributes."
"""Before the code of a question in the name of its answer's group."""


class Side(StrEnum):
    """Whose version of a group is taken."""

    MINE = "mine"
    THEIRS = "theirs"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged body; `clashing` are the groups in which both sides changed it differently."""

    body: Doc
    clashing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a conflict. `body` is None for a withdrawal; `by` and `at` may be ""."""

    rev: str
    body: Doc | None
    by: str = ""
    at: str = ""

    @property
    def author(self) -> str:
        """Who made it: who is said to have, else who reported it; "" where nobody is named."""
        return self.by or (str(self.body.get("reportedBy") or "") if self.body else "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A group in which the versions differ, with its fields in each; {} where it is absent.

    `before` is None where nobody knows what it was.
    """

    group: str
    mine: Doc
    theirs: Doc
    before: Doc | None
    clashing: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two versions of one document that a person has to choose between.

    `mine` is the one written by the user of this store, where one is. At most one of the two is a
    withdrawal. `before` is the body that both came from, None where it is not kept.
    """

    id: str
    mine: Version
    theirs: Version
    before: Doc | None

    @property
    def withdrawn(self) -> bool:
        """Whether the question is to keep the document or not."""
        return self.mine.body is None or self.theirs.body is None

    def is_between_others(self, user: str) -> bool:
        """Whether neither version is `user`'s: then `mine` is the one that this store shows."""
        return user not in (self.mine.author, self.theirs.author)

    def differences(self) -> list[Difference]:
        """Every group in which the two differ, those that clash first; none for a withdrawal."""
        if self.mine.body is None or self.theirs.body is None:
            return []
        clashing = set(merge(self.before, self.mine.body, self.theirs.body).clashing)
        mine, theirs = groups(self.mine.body), groups(self.theirs.body)
        before = None if self.before is None else groups(self.before)
        names = [name for name in _names(mine, theirs) if mine.get(name) != theirs.get(name)]
        found = [
            Difference(
                name,
                mine.get(name, {}),
                theirs.get(name, {}),
                None if before is None else before.get(name, {}),
                name in clashing,
            )
            for name in names
            if name != EDITED
        ]
        return sorted(found, key=lambda difference: not difference.clashing)

    def settled(self, choices: Mapping[str, Side]) -> Doc | None:
        """The body that these choices make, by group; None where the document is to go.

        What does not clash and is not chosen is merged; a clash without a choice is mine. For a
        withdrawal the choice of the group "" says whose word holds.
        """
        if self.mine.body is None or self.theirs.body is None:
            side = choices.get("", Side.MINE)
            return (self.mine if side is Side.MINE else self.theirs).body
        bodies = {Side.MINE: self.mine.body, Side.THEIRS: self.theirs.body}
        sides = {side: groups(body) for side, body in bodies.items()}
        sides[Side.BEFORE] = groups(self.before or {})
        chosen = groups(merge(self.before, self.mine.body, self.theirs.body).body)
        chosen |= {name: sides[side].get(name, {}) for name, side in choices.items()}
        return _joined(chosen)


def merge(before: Mapping[str, Any] | None, one: Doc, other: Doc) -> Merge:
    """`one` and `other` in one body; of what clashes `one`'s. Without `before` all differences do.

    Which fields clash does not depend on the order of the two, and where none do, the body does
    not either (but for the order of its fields, which no revision depends on).
    """
    ours, theirs = groups(one), groups(other)
    past: Mapping[str, Any] = {} if before is None else groups(before)
    merged: dict[str, Doc] = {}
    clashing: list[str] = []
    for name in _names(ours, theirs):
        mine, yours = ours.get(name, {}), theirs.get(name, {})
        was = past.get(name, {}) if before is not None else _UNKNOWN
        found = _merged_group(name, was, mine, yours)
        if found is None:
            clashing.append(name)
        merged[name] = mine if found is None else found
    if _ADDRESS in past and _is_awaited(past[_ADDRESS]):
        address = _answered(past[_ADDRESS], merged.get(_PLACE, {}), (ours, theirs))
        if address is not None:
            merged[_ADDRESS] = address
            clashing = [name for name in clashing if name != _ADDRESS]
    return Merge(_joined(merged), tuple(clashing))


def both_said(one: Doc, other: Doc) -> Doc:
    """One update with the words and photos of two that have one id: nobody settles an update.

    Its time, status and assignee are those of the later one, as far as that has them.
    """
    first, second = sorted((one, other), key=lambda doc: sorted(map(str, doc.items())))
    earlier, later = sorted((first, second), key=_said_at)
    said = (text for doc in (first, second) if isinstance(text := doc.get("text"), str))
    parts = dict.fromkeys(part for text in said for part in text.split("\n\n"))
    both = {**earlier, **later, "text": "\n\n".join(parts)}
    photos = [*(_photos(first) or ()), *(_photos(second) or ())]
    found = list({_key(photo): photo for photo in photos}.values())
    return {**both, PHOTOS: found} if found else both


def _said_at(update: Doc) -> float:
    time = read_time(text_of(update.get("reportedDateTime")))
    return time.timestamp() if time else float("-inf")


def is_filled_in(before: Mapping[str, Any], body: Doc) -> bool:
    """Whether a version is `before` with nothing new but the address that was asked for."""
    past, now = groups(before), groups(body)
    changed = {name for name in _names(past, now) if past.get(name) != now.get(name)} - {EDITED}
    asked = _is_awaited(past.get(_ADDRESS, {})) and _is_answer(now.get(_ADDRESS, {}))
    return changed == {_ADDRESS} and asked


def groups(body: Mapping[str, Any]) -> dict[str, Doc]:
    """The fields of a body by the group to which they belong."""
    found: dict[str, Doc] = {}
    for field, value in body.items():
        if field == _ANSWERS and isinstance(value, dict) and value:
            for code, answer in value.items():
                found.setdefault(f"{ANSWER}{code}", {})[_ANSWERS] = {code: answer}
        else:
            found.setdefault(_GROUPS.get(field, field), {})[field] = value
    return found


def _names(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*one, *other)))


def _joined(found: Mapping[str, Doc]) -> Doc:
    """The body that these groups make. Answers in a shape of somebody's own stand for all."""
    body = {field: value for fields in found.values() for field, value in fields.items()}
    answers = [fields[_ANSWERS] for fields in found.values() if _ANSWERS in fields]
    whole = [value for value in answers if not isinstance(value, dict)]
    if answers:
        body[_ANSWERS] = whole[0] if whole else dict(ChainMap(*answers))
    return body


def _merged_group(name: str, was: object, one: Doc, other: Doc) -> Doc | None:
    """The group as it will be, or None where it clashes."""
    if other in (one, was):
        return one
    if one == was:
        return other
    if name == EDITED:
        return max(one, other, key=_when)
    if name == PHOTOS and was is not _UNKNOWN:
        return _merged_photos(was, one, other)
    return None


def _is_awaited(address: Doc) -> bool:
    """Whether a geocoder is still to be asked."""
    return address.get("addressSource") == AddressSource.PENDING and not address.get("address")


def _is_answer(address: Doc) -> bool:
    """Whether it is what a geocoder says; {} where it knows none."""
    return not address or address.get("addressSource") == AddressSource.GEOCODER


def _answered(was: Doc, place: Doc, sides: tuple[Mapping[str, Doc], ...]) -> Doc | None:
    """The address of a report that waited for one, or None where two persons wrote different ones.

    Where its place has become another one it waits again.
    """
    said = [side for side in sides if side.get(_ADDRESS, {}) != was]
    found = [side.get(_ADDRESS, {}) for side in said]
    written = [address for address in found if not _is_answer(address)]
    if written:
        return written[0] if written[0] == written[-1] else None
    fitting = [side.get(_ADDRESS, {}) for side in said if side.get(_PLACE, {}) == place]
    return max(fitting, key=lambda address: str(address.get("address", "")), default=was)


def _when(group: Doc) -> tuple[str, str]:
    value = group.get(EDITED)
    entry = value if isinstance(value, dict) else {}
    return str(entry.get("at", "")), str(entry.get("by", ""))


def _merged_photos(was: object, one: Doc, other: Doc) -> Doc | None:
    """All photos of both sides but those that a side took away; None where one clashes."""
    lists = [_photos(group) for group in (was, one, other)]
    if any(photos is None for photos in lists):
        return None
    past, ours, theirs = ({_key(photo): photo for photo in photos or ()} for photos in lists)
    kept: list[Doc] = []
    # The order must not depend on who merges: what both know first, then the rest by key.
    both = [key for key in past if key in ours or key in theirs]
    for key in (*both, *sorted((ours.keys() | theirs.keys()) - past.keys())):
        mine, yours, before = ours.get(key), theirs.get(key), past.get(key)
        if yours in (mine, before):
            photo = mine
        elif mine == before:
            photo = yours
        else:
            return None
        if photo is not None:
            kept.append(photo)
    if not kept:
        return {}
    first = {name: kept[0].get(name, "") for name in ("large", "thumbnail")}
    return {"picture": first, PHOTOS: kept}


def _photos(group: object) -> list[Doc] | None:
    """The photos of a group in a shape that can be merged, or None."""
    fields = group if isinstance(group, dict) else {}
    listed = fields.get(PHOTOS, [])
    if not isinstance(listed, list) or not all(isinstance(photo, dict) for photo in listed):
        return None
    if not listed and fields.get("picture"):  # a document of the original application
        return None
    keys = [_key(photo) for photo in listed]
    return listed if len(set(keys)) == len(keys) else None


def _key(photo: Doc) -> str:
    return f"{photo.get('large')}\n{photo.get('thumbnail')}"
