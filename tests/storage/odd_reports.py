"""Reports as any application might write them, and the plainest way to make an index entry."""

from hypothesis import strategies as st

from civictui.domain.model import Doc, Report, is_report
from civictui.domain.text import folded
from civictui.storage.report_entry import PHOTOS, SEARCHED, Entry

TEXTS = st.one_of(
    st.sampled_from(
        ["", "Pothole", "STRASSE", "Straße", "ﬁre hydrant", "a\nb", "x\x00y", "É", "open"]
    ),
    st.text(max_size=6),
)
ODD = st.sampled_from([None, True, 0, -1, 2.5, 10**30, "", "text", [], [1], {}, {"a": 1}])
TIMES = st.sampled_from([
    "2026-05-04T12:00:00.000Z", "2026-05-04T12:00:00Z", "2026-05-04T14:00:00+02:00",
    "2026-05-04T12:00:00", "20171125_153034", "2026-05-04", "2026-05-04Z", "20260504T120000Z",
    "0001-01-01T00:00:00+10:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "late", "",
    "2026-05-04T12:00:00.123456789Z", "1969-12-31T23:59:59.500Z", "2026-13-04T12:00:00Z",
])  # fmt: skip
NUMBERS = st.one_of(
    st.sampled_from([0, -0.0, 90, 90.0001, -91, 180, 181, 1e300, 10**30, True, None, "47"]),
    st.floats(-180, 180),
)
PLACES = st.one_of(
    ODD,
    st.fixed_dictionaries({"coordinates": st.lists(NUMBERS, max_size=3)}),
    st.fixed_dictionaries({"type": ODD, "coordinates": st.lists(st.floats(-80, 80), min_size=2)}),
)
COUNTS = st.one_of(ODD, st.integers(0, 10**6))
PICTURES = st.one_of(
    ODD,
    st.fixed_dictionaries(
        {},
        optional={
            "large": st.one_of(ODD, st.just("large.jpg")),
            "thumbnail": st.one_of(ODD, st.just("small.jpg")),
            "bytes": COUNTS, "width": COUNTS, "height": COUNTS, "caption": st.one_of(ODD, TEXTS),
        },
    ),
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(st.just("report"), ODD),
        "reportedBy": st.one_of(TEXTS, ODD),
        "reportedDateTime": st.one_of(TIMES, TEXTS, ODD),
        "problemDescription": st.one_of(TEXTS, ODD),
        "category": st.one_of(TEXTS, ODD),
        "status": st.one_of(TEXTS, ODD),
        "address": st.one_of(TEXTS, ODD),
        "geoLocation": PLACES,
        "location": ODD,
        "picture": PICTURES,
        "photos": st.one_of(ODD, st.lists(PICTURES, max_size=3)),
        "assignee": st.one_of(TEXTS, ODD),
        "edited": st.one_of(ODD, st.fixed_dictionaries({"by": st.one_of(TEXTS, ODD)})),
        "other": ODD,
    },
)
"""Documents of anybody: each field absent, as we write it, or of any other type."""

PLAIN = st.fixed_dictionaries(
    {"type": st.just("report"), "problemDescription": TEXTS, "reportedDateTime": TIMES},
    optional={
        "address": TEXTS,
        "assignee": TEXTS,
        "status": TEXTS,
        "edited": st.fixed_dictionaries({"by": TEXTS, "at": TIMES}),
        "geoLocation": st.just({"type": "Point", "coordinates": [8.5, 47.4]}),
        "photos": st.just([{"large": "large.jpg", "thumbnail": "small.jpg", "bytes": 5}]),
    },
)


def by_the_whole(doc: Doc) -> Entry | None:
    """What the index is to keep, in the plainest way."""
    if not is_report(doc):
        return None
    report, nan = Report.from_doc(doc), float("nan")
    fields = (report.description, report.address, report.category, report.reported_by, report.id)
    edited = doc.get("edited")
    editor = edited.get("by") if isinstance(edited, dict) else ""
    return (
        report.time.timestamp() if report.time else 0.0,
        folded("\n".join(field[:SEARCHED] for field in fields)),
        report.point.latitude if report.point else nan,
        report.point.longitude if report.point else nan,
        report.photos[:PHOTOS],
        report.status,
        report.category,
        report.reported_by,
        report.assignee,
        (editor if isinstance(editor, str) else "") or report.reported_by,
    )
