"""What a user sees: all of it, or what belongs to his area.

Judged by the winning revision of a document, and of an update's report by that of the report. What
is out of sight is as if it were not there, on every path.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache

from civictui.codec import encode
from civictui.domain.model import Doc, GeoPoint, is_report
from civictui.gateway.area import Area
from civictui.gateway.database.review import UPDATE, author_of
from civictui.gateway.viewer import Viewer


def sees(viewer: Viewer, doc: Doc, report: Doc | None = None) -> bool:
    """Whether `viewer` sees the document of which `doc` is the winning revision.

    `report` is the winner of the report that an update is about (`review.report_of`), None where it
    is not here. Without it, or where it is deleted, an update is its author's alone: nobody knows
    where it belongs. A tombstone is judged by what it says, like any other: most say nothing.
    """
    if viewer.area is None or author_of(doc) == viewer.user:
        return True
    if doc.get("type") == UPDATE:
        living = report is not None and is_report(report) and not report.get("_deleted")
        return living and report is not None and sees(viewer, report)
    point = GeoPoint.from_geojson(doc.get("geoLocation")) if is_report(doc) else None
    return point is None or viewer.area.covers(point)


def all_seen(viewer: Viewer, docs: Mapping[str, Doc], reports: Mapping[str, Doc]) -> set[str]:
    """The ids of the winners among `docs` that are seen; `reports` has what updates are about."""
    return {key for key, doc in docs.items() if sees(viewer, doc, reports.get(_about(doc)))}


def log_owner(viewer: Viewer) -> str:
    """Under whom the replication logs of a user lie.

    With another area there are none yet: what came into sight comes down from the beginning.
    """
    return viewer.user if viewer.area is None else f"{viewer.user}\n{area_mark(viewer.area)}"


@lru_cache(maxsize=256)
def area_mark(area: Area) -> str:
    """Tells an area from any other, 16 hexadecimal digits."""
    return hashlib.sha256(encode(area.to_geojson())).hexdigest()[:16]


def _about(doc: Doc) -> str:
    report = doc.get("report")
    return report if isinstance(report, str) else ""
