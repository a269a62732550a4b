"""The reports on a map over the whole screen."""

from collections.abc import Sequence

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import GeoPoint, ReportRow, Spot
from civictui.domain.text import one_line
from civictui.geo.maps.area_map import Kind
from civictui.keys import BACK, BROWSE, MAP
from civictui.screens.charted import LONGEST, Charted, cell_over
from civictui.screens.desk import Desk
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.map.chart_view import Frame
from civictui.widgets.words_line import WordsLine

SHORT = 24
"""Characters of a category."""
PARTS = 4
"""A step to the side is so much of what is in sight."""


class MapPage(Charted[None], inherit_bindings=False):
    """Begins at `focus`, with the report of the id `select` selected."""

    BINDINGS = bindings(BACK, MAP, BROWSE)
    heading = "Map"

    def __init__(self, desk: Desk, focus: GeoPoint | None = None, select: str = "") -> None:
        super().__init__(desk, focus)
        self._selected = select
        self._steps: list[int] = []
        self._place: GeoPoint | None = None
        self._row: ReportRow | None = None
        """The selected report, or the one before while this one is being read."""
        self._opens = False
        """Whether the selected report is to be opened when it has been read."""

    def begun(self) -> None:
        if self._selected:
            self._load()

    def facts(self) -> list[str]:
        return [f"{words.counted(self.frame.count, 'report')} in sight"] if self.frame else []

    # --- looking around ---

    def action_pan(self, across: int, down: int) -> None:
        if view := self.view:
            step = max(1, view.columns // PARTS), max(1, view.rows // PARTS)
            self.look(view.panned(across * step[0], down * step[1]))

    def action_home(self) -> None:
        if self.view and self._home:
            self.look(self.fitted(self._home))

    # --- selecting ---

    def action_select(self, step: int) -> None:
        """The next report by its distance from the centre; after the last comes the first.

        What counts is the view that was asked for: where it is not drawn yet, the step waits.
        """
        self._steps.append(step)
        self._select_asked()

    def _select_asked(self) -> None:
        if self.frame and self.frame.view == self.view:
            steps, self._steps = self._steps, []
            for step in steps:
                self._select(self.frame.near, step)
            if steps and self._selected:
                self.mark()
                self._load()

    def _select(self, near: Sequence[Spot], step: int) -> None:
        if near:
            places = [place for place, spot in enumerate(near) if spot.id == self._selected]
            before = places[0] if places else -1 if step > 0 else 0
            spot = near[(before + step) % len(near)]
            self._selected, self._place, self._opens = spot.id, spot.point, False

    def shown(self, frame: Frame) -> None:
        super().shown(frame)
        self._select_asked()

    def _load(self) -> None:
        in_background(self, self._read_selected, "selected", alone=True)

    async def _read_selected(self) -> None:
        """Its words; where it is no longer here, nothing is selected."""
        service = self.desk.service
        here = self.fix.point if self.fix else None
        try:
            rows = await service.reader.rows([self._selected], here)
        except CivicError as error:
            self._opens = False
            self.failed(error)
            return
        self._row = rows[0] if rows else None
        self._selected = self._row.report.id if self._row else ""
        self._place = self._row.report.point if self._row else None
        self.mark()
        if self._opens and self._row:
            self.action_open()

    def mark(self) -> None:
        """The selected report, where it is in sight, and its words."""
        if self.frame:
            over = cell_over(self.frame.view, self._place, Kind.SELECTED)
            self.chart.lay(over)
            self.explain(self.frame, over)
            self.query_one("#words", WordsLine).show(*self._words(self.frame))
            self.refresh_bindings()

    def _words(self, frame: Frame) -> tuple[str, str]:
        """Left and right."""
        if self._selected:
            return (*row_words(self._row),) if self._row else ("", "")
        if not frame.count:
            return "no reports in sight", ""
        return f"{key_name(self, 'map.next')} selects the report nearest to the centre", ""

    # --- events and keys ---

    def happened(self, event: Event) -> None:
        super().happened(event)
        if isinstance(event, ReportsChanged) and self._selected:
            self._load()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open":
            return bool(self._selected)
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        from civictui.screens.report_detail import ReportDetail  # which opens this page, too

        self._opens = self._row is None or self._row.report.id != self._selected
        if self._row and not self._opens:
            self.say("")
            self.app.push_screen(ReportDetail(self.desk, self._row), self._back)

    def _back(self, notice: str | None) -> None:
        if notice:
            self.say(notice)


def row_words(row: ReportRow) -> tuple[str, str]:
    """What a report is, and how far away."""
    report = row.report
    far = "" if row.meters is None else words.distance(row.meters, row.bearing)
    said = " · ".join(part for part in (_brief(report.category, SHORT), far) if part)
    text = report.description[:LONGEST] or "(no description)"
    return f"{words.SIGNS[row.state]} {text}", said


def _brief(text: str, most: int) -> str:
    """The words of a category leave room for those of the report."""
    line = one_line(text[:LONGEST])
    return line if len(line) <= most else f"{line[: most - 1]}…"
