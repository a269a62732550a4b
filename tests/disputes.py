"""Conflicts for tests of screens: two versions of report r1, and what they came from."""

from typing import Any

from civictui.domain.merge import Conflict, Version
from civictui.domain.model import Doc, EarlierVersion, Report, RowState
from tests.fakes import FakeService

BEFORE: Doc = {
    "_id": "r1",
    "type": "report",
    "reportedBy": "demo",
    "reportedDateTime": "2026-11-23T09:00:00.000Z",
    "problemDescription": "The lamp is out",
    "category": "light",
    "status": "open",
    "address": "1 Main St",
    "addressSource": "typed",
}
MINE_AT, THEIRS_AT = "2026-11-23T10:04:00.000Z", "2026-11-23T10:05:00.000Z"


def mine(**fields: Any) -> Version:
    edited = {"by": "demo", "at": MINE_AT}
    return Version("2-b", {**BEFORE, **fields, "edited": edited}, "demo", MINE_AT)


def theirs(**fields: Any) -> Version:
    edited = {"by": "asha", "at": THEIRS_AT}
    return Version("2-a", {**BEFORE, **fields, "edited": edited}, "asha", THEIRS_AT)


def clash(*, before: Doc | None = BEFORE) -> Conflict:
    """Description and category clash, the address is theirs alone."""
    return Conflict(
        "r1",
        mine(problemDescription="The lamp is out at the crossing", category="lamp"),
        theirs(problemDescription="The lamp blinks", category="crossing", address="3 Main St"),
        before,
    )


def of_others() -> Conflict:
    """Asha and carol have changed a report of ravi's; asha's version is the one that is shown."""
    before = {**BEFORE, "reportedBy": "ravi"}
    changed = {"problemDescription": "by asha", "address": "3 Main St"}
    ashas = Version("2-b", {**before, **changed}, "asha", MINE_AT)
    carols = Version("2-a", {**before, "problemDescription": "by carol"}, "carol", THEIRS_AT)
    return Conflict("r1", ashas, carols, before)


def without_a_clash() -> Conflict:
    """As it is seen between a pull and the merge."""
    return Conflict("r1", mine(category="lamp"), theirs(address="3 Main St"), BEFORE)


def withdrawn() -> Conflict:
    """Asha withdrew what I have changed."""
    gone = Version("2-c", None, "asha", THEIRS_AT)
    return Conflict("r1", mine(problemDescription="The lamp is out at the crossing"), gone, BEFORE)


def disputed(conflict: Conflict) -> FakeService:
    """A service whose one report is in conflict."""
    service = FakeService()
    service.reader.add(Report.from_doc(BEFORE), state=RowState.CONFLICT)
    service.reader.disputes["r1"] = conflict
    return service


def earlier(rev: str = "1-a", why: str = "edited", **fields: Any) -> EarlierVersion:
    body = {**BEFORE, **fields}
    return EarlierVersion(rev=rev, at=MINE_AT, why=why, body=body, id=body["_id"])
