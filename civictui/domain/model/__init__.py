"""What the program is about: reports, drafts, photos, places, and the state of the sync."""

from civictui.domain.model.draft import Draft
from civictui.domain.model.listing import EarlierVersion, Query, ReportRow, RowState
from civictui.domain.model.people import Rescued, SignedIn
from civictui.domain.model.report import GeoPoint, Photo, Report, is_report
from civictui.domain.model.sync import (
    JobKind,
    SyncNote,
    SyncPhase,
    SyncResult,
    SyncState,
    TransferJob,
    Unsent,
    Waiting,
)
from civictui.domain.model.values import Doc, clock_offset, now_text, read_time

__all__ = [
    "Doc",
    "Draft",
    "EarlierVersion",
    "GeoPoint",
    "JobKind",
    "Photo",
    "Query",
    "Report",
    "ReportRow",
    "Rescued",
    "RowState",
    "SignedIn",
    "SyncNote",
    "SyncPhase",
    "SyncResult",
    "SyncState",
    "TransferJob",
    "Unsent",
    "Waiting",
    "clock_offset",
    "is_report",
    "now_text",
    "read_time",
]
