"""What the program is about: reports, drafts, photos, places, and the state of the sync.

Each module is loaded when a name of it is first asked for: a dataclass takes its time to be made,
and the page on which one signs in needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from civictui.domain.model.answers import Answer
    from civictui.domain.model.draft import NO_ORIGIN, Draft, PhotoOrigin
    from civictui.domain.model.filters import ListFilter, Status
    from civictui.domain.model.limits import MOST_SAVED
    from civictui.domain.model.listing import (
        EarlierVersion,
        Query,
        ReportRow,
        RowState,
        Sort,
        Spot,
        Tally,
    )
    from civictui.domain.model.packing import (
        Lacking,
        Pack,
        PackCount,
        PackOrder,
        PackStep,
        TilePlace,
        TileSet,
    )
    from civictui.domain.model.people import Rescued, SignedIn, Terminal
    from civictui.domain.model.place import (
        LIKELY_METERS,
        NEARBY_METERS,
        AddressProposal,
        AddressSource,
        Fix,
        LocationSource,
        Nearby,
    )
    from civictui.domain.model.policy import NO_POLICY, Policy, clock_to_keep, days_unheard
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
    from civictui.domain.model.shift import Deed, Deeds, Shift
    from civictui.domain.model.sync import (
        Audit,
        JobKind,
        SyncNote,
        SyncPhase,
        SyncResult,
        SyncState,
        TransferJob,
        Unsent,
        Waiting,
    )
    from civictui.domain.model.update import Update, is_update
    from civictui.domain.model.values import Doc, clock_offset, now_text, read_time

__all__ = [
    "LIKELY_METERS",
    "MOST_SAVED",
    "NEARBY_METERS",
    "NO_ORIGIN",
    "NO_POLICY",
    "NO_SERVICES",
    "SERVICE",
    "AddressProposal",
    "AddressSource",
    "Answer",
    "Audit",
    "Choice",
    "Deed",
    "Deeds",
    "Doc",
    "Draft",
    "EarlierVersion",
    "Fix",
    "GeoPoint",
    "JobKind",
    "Kind",
    "Lacking",
    "ListFilter",
    "LocationSource",
    "Nearby",
    "Pack",
    "PackCount",
    "PackOrder",
    "PackStep",
    "Photo",
    "PhotoOrigin",
    "Policy",
    "Query",
    "Question",
    "Report",
    "ReportRow",
    "Rescued",
    "RowState",
    "Service",
    "Services",
    "Shift",
    "SignedIn",
    "Sort",
    "Spot",
    "Status",
    "SyncNote",
    "SyncPhase",
    "SyncResult",
    "SyncState",
    "Tally",
    "Terminal",
    "TilePlace",
    "TileSet",
    "TransferJob",
    "Unsent",
    "Update",
    "Waiting",
    "clock_offset",
    "clock_to_keep",
    "days_unheard",
    "is_report",
    "is_update",
    "now_text",
    "read_time",
]

_NAMES: Final = {
    "answers": "Answer",
    "draft": "NO_ORIGIN Draft PhotoOrigin",
    "filters": "ListFilter Status",
    "limits": "MOST_SAVED",
    "listing": "EarlierVersion Query ReportRow RowState Sort Spot Tally",
    "packing": "Lacking Pack PackCount PackOrder PackStep TilePlace TileSet",
    "people": "Rescued SignedIn Terminal",
    "place": "LIKELY_METERS NEARBY_METERS AddressProposal AddressSource Fix LocationSource Nearby",
    "policy": "NO_POLICY Policy clock_to_keep days_unheard",
    "report": "GeoPoint Photo Report is_report",
    "services": "NO_SERVICES SERVICE Choice Kind Question Service Services",
    "shift": "Deed Deeds Shift",
    "sync": "Audit JobKind SyncNote SyncPhase SyncResult SyncState TransferJob Unsent Waiting",
    "update": "Update is_update",
    "values": "Doc clock_offset now_text read_time",
}
"""What is to be had of each module."""
_HOMES: Final = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:  # a checker that saw it would take any name for one of these

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
