"""Open reports near the place of the one that is being written: is it there already?"""

from textual import on
from textual.app import ComposeResult

from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import Draft, GeoPoint, Nearby
from civictui.keys import BACK, BROWSE, NEARBY
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, Failed
from civictui.screens.page import Page
from civictui.screens.photo_sight import DrawnOtherwise, PhotoSight
from civictui.screens.picture_page import PicturePage
from civictui.screens.report_intents import SayUpdate
from civictui.screens.rereading import Rereading
from civictui.widgets import nearby_text, words
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import BlockList
from civictui.widgets.fit import fit
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.title_line import TitleLine

NONE = "no open report is near here"
NO_WORDS = "write in the form first what is to be said there"
QUESTION = """\
Say this there, as a remark? It becomes no report of its own.

{words}

On: {report}"""


class NearbyPage(Page[str], inherit_bindings=False):
    """Gives the remark's id where the draft was said on one of them, else None."""

    BINDINGS = bindings(BACK, NEARBY, BROWSE)
    AUTO_FOCUS = "BlockList"
    heading = "Near this place"

    def __init__(self, desk: Desk, draft: Draft, point: GeoPoint, category: str) -> None:
        super().__init__(desk)
        self._draft = draft
        self._point = point
        self._category = category
        self._found: list[Nearby] = []
        self._saying = False
        self._pane = PicturePane(desk.gallery)
        self._sight = PhotoSight(self, self._pane)
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield BlockList()
        yield self._pane

    def on_mount(self) -> None:
        self._reading.now()

    def happened(self, event: Event) -> None:
        self._sight.heard(event)
        if isinstance(event, ReportsChanged) and not self._saying:
            self._reading.calmly()

    async def _read(self) -> None:
        self._found = await self.desk.service.nearby(self._point, self._category)
        self.query_one(BlockList).show(nearby_text.blocks(self._found))
        if not self._found:
            self.say(NONE)
        elif self.query_one(TitleLine).notice == NONE:
            self.say("")

    # --- the one with the cursor ---

    @property
    def _chosen(self) -> Nearby | None:
        key = self.query_one(BlockList).key
        return next((near for near in self._found if near.row.report.id == key), None)

    @on(BlockList.Moved)
    def moved(self) -> None:
        self.refresh_bindings()
        photos = self._chosen.row.report.photos if self._chosen else ()
        self._pane.display = bool(photos) and self.desk.gallery.draws
        if self._pane.display:
            self._sight.show(photos[0], words.photo_facts(photos[0], 0, len(photos)))

    def on_drawn_otherwise(self, _: DrawnOtherwise) -> None:
        self.moved()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "remark":
                return self._chosen is not None and not self._saying
            case "picture":
                return bool(self._chosen and self._chosen.row.report.photos)
            case "back":
                return not self._saying
        return True

    def action_picture(self) -> None:
        if near := self._chosen:
            self.app.push_screen(PicturePage(self.desk, near.row.report.photos))

    # --- saying it there ---

    def action_remark(self) -> None:
        """Ask once, naming both: a remark cannot be taken back."""
        near, draft = self._chosen, self._draft
        if near is None:
            return
        if not (draft.description.strip() or draft.photos):
            self.say(NO_WORDS, error=True)
            return
        said = fit(draft.description, 60).strip() or words.counted(len(draft.photos), "photo")
        report = fit(near.row.report.description, 60).strip() or "(no description)"
        question = QUESTION.format(words=said, report=report)

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._say_there(near.row.report.id)

        self.app.push_screen(Ask(question, yes="Say it there", no="No"), answered)

    def _say_there(self, report_id: str) -> None:
        self._saying = True
        self.refresh_bindings()
        self.say("saving …")
        self.post_message(SayUpdate(self, [report_id], self._draft))

    def on_done(self, message: Done) -> None:
        self.end(str(message.result))

    def on_failed(self, message: Failed) -> None:
        self._saying = False
        self.refresh_bindings()

    def action_back(self) -> None:
        self.end()
