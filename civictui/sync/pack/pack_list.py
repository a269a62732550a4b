"""What belongs into a pack: which reports, and of them which pictures, in the order of fetching."""

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
    ReportRow,
)
from civictui.domain.ports import OpenStore

THUMBNAIL_BYTES = 8_000
"""What one is taken to have that is not here: the policy's most."""
LARGE_BYTES = 400_000
"""The same of a large picture whose document does not say it."""
MOST_CENTRES = 60
"""Assigned reports around which others are looked for, the nearest: more are not a day's work."""
MOST_REPORTS = 2_000


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


async def choose(store: OpenStore, order: PackOrder) -> Chosen:
    """The reports assigned to the user, and those near them or near the place of the order.

    Raises UsageError where there is neither.
    """
    assigned = await _assigned(store, order.near)
    points = [row.report.point for row in assigned[:MOST_CENTRES] if row.report.point]
    centres = [*([order.near] if order.near else []), *points]
    if not (assigned or centres):
        raise UsageError(
            "Nothing is assigned to you, and no position is known",
            "Say where the day begins: --near, or F4 in a report's form.",
        )
    found = {row.report.id: (0.0, row.report) for row in assigned}
    for centre in centres:
        for row in await store.reader.around(centre, order.meters):
            meters = row.meters or 0.0
            before = found.get(row.report.id)
            if before is None or meters < before[0]:
                found[row.report.id] = (meters, row.report)
    reports = [report for _, report in sorted(found.values(), key=lambda entry: entry[0])]
    return Chosen(reports[:MOST_REPORTS], centres, max(0, len(reports) - MOST_REPORTS))


async def _assigned(store: OpenStore, near: GeoPoint | None) -> list[ReportRow]:
    reader = store.reader
    return await reader.rows(await reader.find(Query(assigned=store.user, near=near)), near)


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
