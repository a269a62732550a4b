"""Two versions of one report, and a person who chooses: mine, theirs, or what was there before."""

from textual import on
from textual.app import ComposeResult

from civictui.domain.events import Event, ReportsChanged
from civictui.domain.merge import Conflict, Side, groups
from civictui.domain.model import NO_SERVICES
from civictui.keys import BACK, BROWSE, CONFLICT
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed
from civictui.screens.page import Page
from civictui.screens.report_intents import Settle
from civictui.screens.rereading import Rereading
from civictui.widgets import conflict_text
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.block_list import BlockList
from civictui.widgets.group_text import WITHDRAWAL

SETTLED = "settled; what lost is kept for 90 days among its earlier versions"
GONE = "settled: the report is withdrawn"
ELSEWHERE = "it is settled already: nothing is left to choose"
CHANGED = "it has changed meanwhile: look at it again"
ANOTHER = "settled; there is another version of it: choose again"


class ConflictPage(Page[str], inherit_bindings=False):
    """Gives what is to be said when it is settled, None when it stays as it is."""

    BINDINGS = bindings(BACK, CONFLICT, BROWSE)
    AUTO_FOCUS = "BlockList"
    heading = "Conflict: two versions of a report"

    def __init__(self, desk: Desk, conflict: Conflict) -> None:
        super().__init__(desk)
        self._conflict = conflict
        self._choices: dict[str, Side] = {}
        self._past: list[dict[str, Side]] = []
        """The choices before each step that can be undone."""
        self._settling = False
        self._services = NO_SERVICES
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield BlockList()

    def on_mount(self) -> None:
        self._show()
        self._reading.now()

    # --- what there is to choose ---

    @property
    def _groups(self) -> list[str]:
        """What is to be chosen for, in the order of the page."""
        if self._conflict.withdrawn:
            return [WITHDRAWAL]
        return [found.group for found in self._conflict.differences() if found.clashing]

    @property
    def _group(self) -> str:
        """What the cursor is on."""
        return self.query_one(BlockList).key.removeprefix(conflict_text.KEY)

    def _show(self) -> None:
        blocks = conflict_text.blocks(
            self._conflict, self._choices, self.desk.service.user, self._services
        )
        self.query_one(BlockList).show(blocks)
        self.refresh_bindings()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged) and not self._settling:
            self._reading.calmly()

    async def _read(self) -> None:
        """Choices outlive a change of the report where what was chosen still says the same."""
        reader = self.desk.service.reader
        found, services = await reader.conflict(self._conflict.id), await reader.services()
        if services != self._services:
            self._services = services
            self._show()
        if self._settling or found == self._conflict:
            return
        if found is None:
            self.end(ELSEWHERE)
            return
        self._take(found)
        self.say(CHANGED, error=True)

    def _take(self, conflict: Conflict) -> None:
        before, self._conflict = self._conflict, conflict
        asked = self._groups
        self._choices = {
            name: side
            for name, side in self._choices.items()
            if name in asked and _chosen(before, name, side) == _chosen(conflict, name, side)
        }
        self._past.clear()
        self._show()

    # --- choosing ---

    def action_choose(self, side: str) -> None:
        self._past.append(dict(self._choices))
        self._choices[self._group] = Side(side)
        self.say("")
        self._show()
        self._go_on()

    def _go_on(self) -> None:
        """To the next question without an answer, where there is one further down."""
        asked = self._groups
        below = asked[asked.index(self._group) + 1 :]
        if following := next((name for name in below if name not in self._choices), None):
            self._point_at(following)

    def _point_at(self, group: str) -> None:
        self.query_one(BlockList).point_at(f"{conflict_text.KEY}{group}")

    def action_undo(self) -> None:
        before, self._choices = self._choices, self._past.pop()
        self._show()
        changed = [name for name in before if before[name] != self._choices.get(name)]
        self._point_at(changed[0])

    @on(BlockList.Moved)
    def moved(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if self._settling:
            return action not in {"choose", "undo", "settle", "back"}
        if action == "undo":
            return bool(self._past)
        if action == "choose" and not self._groups:
            return False
        if action == "choose" and parameters == (Side.BEFORE.value,):
            return self._before_is_known
        return True

    # --- settling ---

    def action_settle(self) -> None:
        missing = [name for name in self._groups if name not in self._choices]
        if missing:
            keys = ", ".join(key_name(self, f"conflict.{side}") for side in self._sides)
            text = conflict_text.text_of(self._conflict, self._services)
            labels = ", ".join(map(text.label, missing))
            self._point_at(missing[0])
            self.say(f"choose first ({keys}): {labels}", error=True)
            return
        self._settling = True
        self.refresh_bindings()
        self.say("settling …")
        body = self._conflict.settled(self._choices)
        self.post_message(Settle(self, self._conflict, body))

    @property
    def _sides(self) -> list[Side]:
        return [side for side in Side if side is not Side.BEFORE or self._before_is_known]

    @property
    def _before_is_known(self) -> bool:
        return self._conflict.before is not None and not self._conflict.withdrawn

    def on_done(self, message: Done) -> None:
        self._settling = False
        if isinstance(message.result, Conflict):
            self._choices.clear()
            self._take(message.result)
            self.say(ANOTHER)
        else:
            self.end(SETTLED if self._keeps_it else GONE)

    @property
    def _keeps_it(self) -> bool:
        return self._conflict.settled(self._choices) is not None

    def on_failed(self, message: Failed) -> None:
        """What was chosen stays; what is to be chosen may be another thing by now."""
        self._settling = False
        self.refresh_bindings()
        self._reading.now()

    def action_back(self) -> None:
        self.end()


def _chosen(conflict: Conflict, group: str, side: Side) -> object:
    """What this choice takes: another thing once it says something else.

    Whether a report is kept depends on both versions: what goes is another thing, too.
    """
    if conflict.withdrawn:
        return conflict.mine.body, conflict.theirs.body
    bodies = {
        Side.MINE: conflict.mine.body,
        Side.THEIRS: conflict.theirs.body,
        Side.BEFORE: conflict.before,
    }
    return groups(bodies[side] or {}).get(group)
