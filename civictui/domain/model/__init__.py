"""What the program is about: reports, drafts, photos, places, and the state of the sync."""

from civictui.domain.model.answers import Answer
from civictui.domain.model.draft import Draft
from civictui.domain.model.listing import EarlierVersion, Query, ReportRow, RowState
from civictui.domain.model.people import Rescued, SignedIn
from civictui.domain.model.report import GeoPoint, Photo, Report, is_report
from civictui.domain.model.services import (
    NO_SERVICES,
    SERVICE,
    Choice,
    Kind,
    Question,
    Service,
    Services,
)
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
    "NO_SERVICES",
    "SERVICE",
    "Answer",
    "Choice",
    "Doc",
    "Draft",
    "EarlierVersion",
    "GeoPoint",
    "JobKind",
    "Kind",
    "Photo",
    "Query",
    "Question",
    "Report",
    "ReportRow",
    "Rescued",
    "RowState",
    "Service",
    "Services",
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
