"""What belongs into a pack: which reports, and of them which pictures, in the order of fetching."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from civictui.domain.errors import UsageError
from civictui.domain.model import (
    GeoPoint,
    PackOrder,
    PackStep,
    Photo,
    Query,
    Report,
    Sort,
)
from civictui.domain.ports import OpenStore

THUMBNAIL_BYTES = 8_000
"""What one is taken to have that is not here: the policy's most."""
LARGE_BYTES = 400_000
"""The same of a large picture whose document does not say it."""
MOST_CENTRES = 60
"""Assigned reports around which others are looked for, the nearest: more are not a day's work."""
MOST_REPORTS = 2_000
_AT_A_TIME = 200
"""Reports that are read in one turn: others wait for the store meanwhile."""
_EARTH = 6_371_009.0
"""Metres from its middle to its surface, on average."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that belongs into the pack. `bytes` are what it has, or is taken to have."""

    key: str
    step: PackStep
    report: Report
    bytes: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reports, the nearest first, and the places around which they lie."""

    reports: list[Report]
    centres: list[GeoPoint]
    more: int = 0
    """So many that lie farther away are left out."""
    alone: int = 0
    """So many of the user's own work come without what lies around them."""


async def choose(store: OpenStore, order: PackOrder) -> Chosen:
    """The reports assigned to the user, and those near them or near the place of the order.

    Raises UsageError where there is neither.
    """
    reader = store.reader
    assigned = await reader.find(Query(assigned=store.user, near=order.near, sort=Sort.NEAREST))
    mine = await reader.rows(assigned[:MOST_CENTRES])
    points = [row.report.point for row in mine if row.report.point]
    centres = [*([order.near] if order.near else []), *points]
    if not (assigned or centres):
        raise UsageError(
            "Nothing is assigned to you, and no position is known",
            "Say where the day begins: --near, or F4 in a report's form.",
        )
    away = dict.fromkeys(assigned, 0.0)
    for centre in centres:
        for spot in await reader.spots(centre, order.meters):
            meters = _meters(centre, spot.point)
            if meters <= order.meters and meters < away.get(spot.id, math.inf):
                away[spot.id] = meters
    nearest = sorted(away, key=lambda key: away[key])
    reports: list[Report] = []
    for first in range(0, min(len(nearest), MOST_REPORTS), _AT_A_TIME):
        part = nearest[first : min(first + _AT_A_TIME, MOST_REPORTS)]
        reports += [row.report for row in await reader.rows(part)]
    more, alone = len(nearest) - MOST_REPORTS, len(assigned) - MOST_CENTRES
    return Chosen(reports, centres, max(0, more), max(0, alone))


def _meters(a: GeoPoint, b: GeoPoint) -> float:
    """Metres on the sphere: exact enough for an order, and cheap for a town of reports."""
    south, north = math.radians(a.latitude), math.radians(b.latitude)
    up = math.sin((north - south) / 2) ** 2
    across = math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    part = up + math.cos(south) * math.cos(north) * across
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, part)))


async def pictures_of(store: OpenStore, reports: Iterable[Report]) -> list[Wanted]:
    """The thumbnails of all, then the large pictures of all, those of remarks with their report."""
    photos: list[tuple[Report, Photo]] = []
    for report in reports:
        photos += [(report, photo) for photo in report.photos]
        for update in await store.reader.updates(report.id):
            photos += [(report, photo) for photo in update.photos]
    found: dict[str, Wanted] = {}
    for wanted in (*_thumbnails(photos), *_large(photos)):
        if wanted.key:
            found.setdefault(wanted.key, wanted)
    return list(found.values())


def _thumbnails(photos: Iterable[tuple[Report, Photo]]) -> Iterator[Wanted]:
    for report, photo in photos:
        yield Wanted(photo.thumbnail, PackStep.THUMBNAILS, report, THUMBNAIL_BYTES)


def _large(photos: Iterable[tuple[Report, Photo]]) -> Iterator[Wanted]:
    for report, photo in photos:
        yield Wanted(photo.large, PackStep.PICTURES, report, photo.bytes or LARGE_BYTES)
