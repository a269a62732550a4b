"""A small made-up city: reports of every state, with and without photos."""

import io

from PIL import Image

from civictui.domain.merge import Conflict, Version
from civictui.domain.model import (
    Draft,
    EarlierVersion,
    GeoPoint,
    Photo,
    Report,
    RowState,
    SyncNote,
    Waiting,
)
from civictui.terminal.paths import expanded
from tests.fakes import FakeService, taken_photo

WORDS = (
    "pothole",
    "streetlight",
    "graffiti",
    "overflowing bin",
    "fallen tree",
    "broken bench",
    "leaking hydrant",
)
PHOTO = "~/photo.jpg"


def picture(seed: int, width: int, height: int) -> bytes:
    """A JPEG with a gradient and a dark square, different for each seed."""
    across = Image.linear_gradient("L").rotate(90 * (seed % 4)).resize((width, height))
    down = Image.radial_gradient("L").resize((width, height))
    plain = Image.new("L", (width, height), 40 * seed % 256)
    image = Image.merge("RGB", (across, down, plain))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def at_odds(service: FakeService) -> None:
    """Give a filled service something refused, something waiting, and reports in conflict."""
    reports = service.reader.reports
    for place, (key, row) in enumerate(reports.items()):
        doc = row.report.to_doc()
        if row.state is RowState.CONFLICT:
            mine = {**doc, "problemDescription": f"{row.report.description}, in the dark"}
            theirs = {**doc, "problemDescription": "Gone", "address": "1 Park Lane"}
            service.reader.disputes[key] = Conflict(
                key,
                Version("2-b", mine, "demo", "2026-11-23T10:04:00Z"),
                Version("2-a", theirs, "asha", "2026-11-23T10:05:00Z"),
                doc,
            )
        elif row.state in {RowState.QUEUED, RowState.NEEDS_YOU}:
            refused = row.state is RowState.NEEDS_YOU
            service.queue.append(
                Waiting(
                    id=key,
                    title=row.report.description,
                    photos=1 + place % 3,
                    bytes=(1 + place % 3) * 210_000,
                    reason="the photo is larger than the server takes" if refused else "",
                    code="too_large" if refused else "",
                    first=not refused,
                )
            )
        body = {**doc, "problemDescription": "What it said before"}
        service.reader.put_away[key] = [
            EarlierVersion(rev="1-a", at="2026-11-23T10:05:00Z", why="edited", body=body)
        ]
    service.journal.append(SyncNote(at="2026-11-23T10:04:00Z", pushed=2, pulled=13, merged=1))


def filled(count: int = 40) -> FakeService:
    """A service with reports of every state, with and without photos, and one draft."""
    service = FakeService(where=GeoPoint(37.7749, -122.4194))
    states = list(RowState)[1:]
    for n in range(count):
        key = f"{n % 7}"
        photo = Photo(f"{key}.jpg", f"{key}-small.jpg", bytes=180_000 + n, width=1600, height=1200)
        service.reader.add(
            Report(
                id=f"0192f0a4-7c3e-7000-8000-{n:012d}",
                reported_by="asha" if n % 3 else "demo",
                reported_at=f"2026-11-{1 + n % 28:02d}T08:{n % 60:02d}:00Z",
                description=f"{WORDS[n % 7].capitalize()} number {n}, seen on the way to the depot",
                category=WORDS[n % 7],
                address=f"{100 + n} Market Street",
                point=GeoPoint(37.77 + n % 13 / 900, -122.42 + n % 17 / 900),
                photos=(photo,) if n % 4 else (),
            ),
            state=states[n % len(states)],
        )
    for n in range(7):
        service.pictures[f"{n}-small.jpg"] = picture(n, 256, 192)
        service.pictures[f"{n}.jpg"] = picture(n, 800, 600)
    service.reader.kept_drafts["d"] = Draft(id="d", description="Half written: the kerb at")
    service.photos[expanded(PHOTO)] = taken_photo("1", point=GeoPoint(37.78, -122.41))
    return service
