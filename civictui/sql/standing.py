"""The status of a report that is in force: that of its latest update which names one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Connection

from civictui.domain.ids import id_within
from civictui.domain.model import Doc, Update, now_text
from civictui.sql.ledger import Entry, Ledger

STATUS = "status"
_EVER = datetime.min.replace(tzinfo=UTC)


def latest(connection: Connection, ledger: Ledger, report: str) -> Update | None:
    """The update whose status is in force, None where none has one."""
    found: list[Update] = []
    for entry in ledger.about(connection, report):
        if not entry.living:
            continue
        body = ledger.body(connection, entry.id, entry.living[0])
        update = Update.from_doc({**(body or {}), "_id": entry.id})
        if update.status:
            found.append(update)
    return max(found, key=lambda update: (update.time or _EVER, update.id), default=None)


def changed(entry: Entry, status: str, author: str, now: datetime, before: Update | None) -> Update:
    """The update that says so, later than the one that it overrules.

    Made of the same row again, as after a restore, it is the same document.
    """
    at = now
    if before is not None and before.time is not None and before.time >= at:
        at = before.time + timedelta(milliseconds=1)
    part = f"{before.id if before else entry.row_rev}\n{status}"
    return Update(
        id=id_within(entry.id, part),
        report=entry.id,
        reported_by=author,
        reported_at=now_text(at),
        status=status,
    )


def body_of(update: Update) -> Doc:
    doc = update.to_doc()
    del doc["_id"]
    return doc
