"""Second copies of unsent reports: one for each, whole, and saying the same as the log."""

from civictui.codec import BadJson, decode_object
from civictui.domain.model import Doc
from civictui.storage.checks.documents import Tables
from civictui.storage.checks.findings import Checkup
from civictui.storage.checks.log import LogReading
from civictui.storage.spares import SpareCopies

_ANEW = "--repair writes it anew."


def check_spares(
    spares: SpareCopies, tables: Tables, reading: LogReading, checkup: Checkup
) -> None:
    """Compare the copies with what waits to be sent."""
    for name in spares.damaged():
        if name.endswith(".tmp"):  # an unfinished write, told as such
            continue
        checkup.fault(
            f"outbox/{name}",
            "a second copy cannot be opened",
            "--repair moves it into quarantine and writes a new one where it is needed.",
        )
    copies = {str(copy["id"]): copy for copy in spares.read()}
    marked, jobs = tables.marked, tables.by_report()
    for report in sorted(marked.keys() | jobs.keys()):
        if report not in copies:
            checkup.fault(f"outbox, {report}", "its second copy is missing", _ANEW)
        elif _told(copies[report]) != (marked.get(report, set()), jobs.get(report, set())):
            checkup.fault(f"outbox, {report}", "its second copy is not up to date", _ANEW)
    for report in sorted(copies.keys() - marked.keys() - jobs.keys()):
        _check_rest(report, copies[report], reading, checkup)
    checkup.facts["second copies"] = len(copies)


def _told(copy: Doc) -> tuple[set[str], set[str]]:
    """The revisions and the pictures that a copy says are unsent."""
    return {doc["_rev"] for doc in copy["docs"]}, {job["key"] for job in copy["jobs"]}


def _check_rest(report: str, copy: Doc, reading: LogReading, checkup: Checkup) -> None:
    """A copy of a report that does not wait: sent, or lost from the log."""
    place, known = f"outbox, {report}", _revisions(reading.rows("docs").get(report, b"{}"))
    revisions, _ = _told(copy)
    if revisions - known or not known:
        checkup.fault(
            place,
            "the log has lost what its second copy holds",
            "--repair brings it back, and so does the next opening.",
        )
    else:
        checkup.note(place, "a second copy of what was sent; the next opening ends it")


def _revisions(row: bytes) -> set[str]:
    """All that a row of the table of documents knows; nothing, where it cannot be read."""
    try:
        return {entry[0] for entry in decode_object(row).get("t", ())}
    except (BadJson, TypeError, IndexError):
        return set()
