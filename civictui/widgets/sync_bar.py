"""The status line: link and sync, what is not sent, when that was last proved, who works."""

from datetime import UTC, datetime

from rich.cells import cell_len
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from civictui.domain.model import SyncPhase, SyncState
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.fit import fit

LOOK = 20.0
"""Seconds after which the age of the proof is looked at again."""
CALM = 0.5
"""Seconds between two drawings, however fast the sync counts."""
TRY = 1.5
"""Seconds that a new try may take before it is drawn: most fail at once, and change no word."""
DOT = " · "
LEAST_REASON = 14
"""Cells below which the beginning of a reason says nothing."""
COUNTED = (SyncPhase.PULLING, SyncPhase.PUSHING, SyncPhase.UPLOADING)


def status_line(state: SyncState, user: str, now: datetime, width: int, soon: str = "") -> str:
    """All of it in `width` cells; the reason of a trouble is what gives way.

    What comes soon stands first: it must be seen on the narrowest screen.
    """
    need = words.needing(state.unsent.needs_you)
    head = f"{soon}{DOT}" if soon else ""
    proved = proof(state, now)
    line = ""
    for fixed in (
        (need, sending(state), proved, one_line(user)),
        (need, sending(state), proved),  # who works here is what the person knows
        (need, counts(state), proved),
        (need, in_short(state), proved.removesuffix(" ago")),
    ):
        tail = DOT.join(said for said in fixed if said)
        room = width - cell_len(head) - cell_len(tail) - cell_len(DOT)
        line = f"{head}{link(state, room)}{DOT}{tail}"
        if cell_len(line) <= width:
            return fit(line, width)
    return fit(line, width)


def counts(state: SyncState) -> str:
    """What is not sent, without its bytes and for what it waits."""
    unsent = state.unsent
    if unsent.nothing:
        return sending(state)
    pairs = ((unsent.reports, "report"), (unsent.photos, "photo"))
    return f"not sent: {', '.join(words.counted(count, noun) for count, noun in pairs if count)}"


def in_short(state: SyncState) -> str:
    unsent = state.unsent
    return sending(state) if unsent.nothing else f"not sent: {unsent.reports + unsent.photos:,}"


def sending(state: SyncState) -> str:
    """What is not sent. "all sent" needs a proof: a whole round with the server.

    Photos that wait by a rule are counted with the rest, and said to wait.
    """
    unsent = state.unsent
    resting = min(state.resting, unsent.photos)
    if resting and resting == unsent.photos and not unsent.reports:
        wait = "waits" if resting == 1 else "wait"
        return f"{words.unsent(unsent)} {wait} {one_line(state.rest)}"
    if not unsent.nothing:
        held = f" ({resting:,} {one_line(state.rest)})" if resting else ""
        return f"not sent: {words.unsent(unsent)}{held}"
    return "all sent" if state.proved_at else "nothing to send"


def proof(state: SyncState, now: datetime) -> str:
    return f"proved {words.proved(state.proved_at, now)}" if state.proved_at else "never proved"


def link(state: SyncState, room: int) -> str:
    """Phase, reason and the time of the next try, as much of it as `room` has cells for."""
    phase = state.phase.value
    if state.phase in COUNTED and state.total:
        phase = f"{phase} {state.done}/{state.total}"
    next_try = f"next try {words.clock(state.next_try)}" if state.next_try else ""
    reason = words.trouble(state.reason)
    spare = room - cell_len(phase) - cell_len(next_try) - 4
    if reason and spare >= min(LEAST_REASON, cell_len(reason)):
        phase = f"{phase}: {fit(reason, min(spare, cell_len(reason)))}"
    for text in (f"{phase}, {next_try}" if next_try else phase, phase):
        if cell_len(text) <= room:
            return text
    return state.phase.value


class SyncBar(Widget):
    """One line; drawn again only when its words change, the age of the proof as it changes."""

    def __init__(self, state: SyncState, user: str) -> None:
        super().__init__()
        self._state = state
        self._user = user
        self._soon = ""
        self._shown = ""
        self._pause: Timer | None = None

    def on_mount(self) -> None:
        self.set_interval(LOOK, self._renew)

    def on_resize(self) -> None:
        self._renew()

    def show(self, state: SyncState) -> None:
        """Draw it, at once where otherwise "all sent" would stay although something waits."""
        before, self._state = self._state, state
        untrue = before.unsent.nothing and not state.unsent.nothing
        tries = before.next_try is not None and state.phase is SyncPhase.CONNECTING
        if untrue or (self._pause is None and not tries):
            self._renew()
        if self._pause is None:
            self._pause = self.set_timer(TRY if tries else CALM, self._end_pause)

    def announce(self, soon: str) -> None:
        """Say that the terminal locks soon; "" takes it away."""
        self._soon = soon
        self._renew()

    def _end_pause(self) -> None:
        self._pause = None
        self._renew()

    def render(self) -> Content:
        calm = self._state.phase is SyncPhase.IDLE and not self._soon
        style = "$success" if calm else "$warning"
        end = len(self._shown.partition(DOT)[0]) + 1
        return Content(self._shown).stylize(style, 0, end)

    def _renew(self) -> None:
        now = datetime.now(UTC)
        line = status_line(self._state, self._user, now, self.size.width, self._soon)
        if line != self._shown:
            self._shown = line
            self.refresh()
