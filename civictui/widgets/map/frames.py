"""Drawing a map with its reports, and its words."""

from collections.abc import Sequence

from civictui.domain.model import GeoPoint, RowState
from civictui.geo.maps.area_map import SIGNS, Kind, Mark, View, choose_span, draw_view
from civictui.widgets.map.atlas import Atlas
from civictui.widgets.map.chart_view import Frame
from civictui.widgets.map.crowd import Crowd, sign_of

MOST_NEAR = 5000
"""Reports that can be selected one after the other in one view. Hundreds may have one and the same
place, where coming closer does not part them."""

_STATES = {
    RowState.SENT: "sent",
    RowState.QUEUED: "not sent",
    RowState.SENDING: "being sent",
    RowState.NEEDS_YOU: "needs you",
    RowState.CONFLICT: "conflict",
}


def view_of(
    center: GeoPoint, crowd: Crowd, others: Sequence[Mark], columns: int, rows: int
) -> View:
    """As wide as brings a few of the reports into sight, and the person where that fits."""
    marks = [*(Mark(spot.point) for spot in crowd.spots), *others]
    span = choose_span(center, marks, columns, rows)
    return View.of(center, columns, rows, span)


def drawn(view: View, crowd: Crowd, others: Sequence[Mark], atlas: Atlas) -> Frame:
    """The frame of a view with the reports of `crowd` and `others` over them; call it in a thread.

    Takes from a few milliseconds to a few hundred, for the first look at a large base map.
    """
    cells = crowd.cells(view)
    marks = [*crowd.marks(view, cells, ascii_only=atlas.ascii_only), *others]
    chart = draw_view(view, marks, drawing=atlas.drawing, base=atlas.base)
    seen = [mark for mark in marks if view.holds(view.cell(mark.point))]
    return Frame(
        view,
        chart,
        near=tuple(crowd.nearest(view, cells, MOST_NEAR)),
        count=sum(map(len, cells.values())),
        signs=frozenset(mark.sign or SIGNS[mark.kind] for mark in seen),
        faults=tuple(atlas.base.faults) if atlas.base else (),
    )


def credit(frame: Frame, atlas: Atlas) -> str:
    """What has to stand beside the legend; "" where the map says it itself."""
    return frame.credit.replace("©", "(c)") if atlas.ascii_only else frame.credit


def legend(signs: frozenset[str], *, ascii_only: bool = False, chosen: str) -> str:
    """What the signs on a map mean, those alone that are on it; `chosen` is what X means."""
    states = {sign_of(state, ascii_only=ascii_only): words for state, words in _STATES.items()}
    known = {SIGNS[Kind.SELECTED]: chosen, **states, SIGNS[Kind.HERE]: "you"}
    parts = [f"{sign} {words}" for sign, words in known.items() if sign in signs]
    counts = sorted(signs - known.keys())
    digits = [sign for sign in counts if sign.isdigit()]
    if counts:
        shown = [*(digits if len(digits) < 2 else ["2-9"]), *(set(counts) - set(digits))]
        parts.append(f"{' '.join(shown)} several")
    return " · ".join(parts)
