"""What all screens have: a title with a notice, the status line, the keys, and open ears."""

from typing import TYPE_CHECKING, ClassVar, Generic

from textual.app import ComposeResult
from textual.screen import ScreenResultType

from civictui.domain.errors import CivicError, FeatureOff
from civictui.domain.events import Event, PolicyChanged, StoreIsOlder, SyncStateChanged
from civictui.domain.model.policy import FEATURES
from civictui.screens.desk import Desk
from civictui.screens.intents import Failed, Heard
from civictui.screens.patient import Patient
from civictui.widgets.key_footer import KeyFooter
from civictui.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from civictui.domain.model import Draft, SyncState
    from civictui.widgets.sync_bar import SyncBar


class Page(Patient[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """A whole screen. Subclasses give `body` and react in `happened` and `failed`."""

    heading = ""
    feature: ClassVar[str] = ""
    """What it is there for, by its name in the policy: the page ends where that is switched off."""
    is_there_barred: ClassVar[bool] = False
    """Whether it shows nothing of a report, and may be there where one may only deliver."""
    has_status = True
    has_help = True
    has_palette = True
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 (the toolkit's own)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._bar: SyncBar | None = None

    def compose(self) -> ComposeResult:
        service = self.desk.service
        yield TitleLine(self.heading)
        yield from self.body()
        if service.user and self.has_status:
            from civictui.widgets.sync_bar import SyncBar

            self._bar = SyncBar(service.sync_state(), service.user)
            yield self._bar
        yield KeyFooter()

    def body(self) -> ComposeResult:
        """The widgets between the title and the status line."""
        raise NotImplementedError

    def say(self, notice: str, *, error: bool = False, whole: str = "") -> None:
        """In the first line, until the next one; the help has the `whole` of what is cut there."""
        self.query_one(TitleLine).say(notice, error=error, whole=whole)

    @property
    def operator_says(self) -> str:
        """The operator's notice, where this page tells it now: the help has all of it."""
        return self.query_one(TitleLine).whole

    def unsaved(self) -> "Draft | None":
        """What would be lost if the program ended now."""
        return None

    def kept(self, draft: "Draft") -> None:
        """`draft` is durable."""

    def happened(self, event: Event) -> None:
        """React to what the service tells."""

    def announce(self, text: str) -> None:
        """Say on the status line what comes soon; "" takes it away."""
        if self._bar and self._bar.is_attached:
            self._bar.announce(text)

    def sync_changed(self, state: "SyncState") -> None:
        if self._bar and self._bar.is_attached:
            self._bar.show(state)

    # --- what the operator switches off ---

    def is_off(self, feature: str) -> bool:
        return feature in self.desk.service.policy.off

    def why_off(self, feature: str) -> str:
        """A sentence where it is switched off, "" where it is not."""
        return str(FeatureOff(feature, FEATURES[feature])) if self.is_off(feature) else ""

    def obey(self) -> None:
        """The operator asks something else, or this page has just come: show it."""

    def _policy_changed(self) -> None:
        self.refresh_bindings()
        if self.feature and self.is_off(self.feature):
            why = self.why_off(self.feature)
            self.end()
            self.app.call_later(self._tell_below, why)
        else:
            self.obey()

    def _tell_below(self, why: str) -> None:
        if isinstance(page := self.app.screen, Page):
            page.say(why, error=True)

    # --- what is heard ---

    def failed(self, error: CivicError) -> None:
        """Say what went wrong and what can be done."""
        self.say(error.sentence, error=True)

    def on_heard(self, message: Heard) -> None:
        if isinstance(message.event, SyncStateChanged):
            self.sync_changed(message.event.state)
        if isinstance(message.event, StoreIsOlder) and self.has_status:
            self.say(message.event.sentence, error=True)
        if isinstance(message.event, PolicyChanged):
            self._policy_changed()
        self.happened(message.event)

    def on_failed(self, message: Failed) -> None:
        self.failed(message.error)
