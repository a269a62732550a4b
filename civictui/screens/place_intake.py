"""Pages on which the place of a report is set: typed, by a receiver, from a photo, on the map."""

from functools import partial

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError, PlaceError
from civictui.domain.model import Draft, Fix, GeoPoint, LocationSource
from civictui.domain.ports import TakenPhoto
from civictui.screens.desk import Desk
from civictui.screens.photo_intake import PhotoIntake
from civictui.screens.pin_page import PinPage
from civictui.widgets.background import in_background
from civictui.widgets.bindings import key_name
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.form.place_field import Origin
from civictui.widgets.form.report_form import ReportForm


class PlaceIntake(PhotoIntake, inherit_bindings=False):
    """Expects a `ReportForm`. A place that somebody typed is replaced only when they ask for it."""

    def __init__(self, desk: Desk, draft: Draft, kept: Draft | None) -> None:
        super().__init__(desk, draft, kept)
        self._accuracy_limit = float("inf")
        self._settled: GeoPoint | None = None
        self._last: Fix | None = None

    @property
    def form(self) -> ReportForm:
        return self.query_one(ReportForm)

    def place_settled(self) -> None:
        """The place is another one than before, or none; it is not being typed."""

    def on_mount(self) -> None:
        in_background(self, self._learn, "learn")
        self.settle_place()

    def obey(self) -> None:
        super().obey()
        self.form.place.propose(self._ways, self._last)

    @property
    def _ways(self) -> str:
        return self.keys_for({"locate": "position", "pin": "map"})

    async def _learn(self) -> None:
        """What the policy asks of a fix, and where this terminal was last."""
        try:
            self._accuracy_limit = await self.desk.service.accuracy_limit()
            self._last = await self.desk.service.last_position()
            self.form.place.near = await self.desk.service.position()
        except CivicError as error:
            self.failed(error)
            return
        self.form.place.propose(self._ways, self._last)
        self.echo_place()

    # --- typing ---

    @on(Input.Changed, "#place")
    def echo_place(self) -> None:
        self.form.echo_place(self._accuracy_limit)

    @on(Input.Blurred, "#place")
    def place_left(self) -> None:
        self.place_is_right()
        self.settle_place()

    def place_is_right(self) -> bool:
        """Say what is wrong with the place, or how it was understood."""
        try:
            self.form.place.read()
        except PlaceError as error:
            self.form.row("place").say(error.sentence, error=True)
            return False
        self.echo_place()
        return True

    def settle_place(self) -> None:
        """Have all that depends on the place follow it, unless it does already."""
        point = self.form.place.point
        if point != self._settled:
            self._settled = point
            self.photos.list.judge(point)
            self.place_settled()

    def put_place(self, point: GeoPoint, origin: Origin) -> None:
        """Write what the person has asked for."""
        self._write_place(point, origin)
        self.attend_to(self.form.row("place"))

    def _write_place(self, point: GeoPoint, origin: Origin) -> None:
        self.form.place.put(point, origin)
        self.echo_place()
        self.settle_place()

    # --- the receiver ---

    def action_locate(self) -> None:
        if not self._submitting:
            in_background(self, self._locate, "place", alone=True)

    async def _locate(self) -> None:
        row, before = self.form.row("place"), self.form.place.text
        say = partial(self.tell, row)
        say("asking the receiver …")
        try:
            fix = await self.desk.service.locate(say)
        except CivicError as error:
            say(error.sentence, error=True)
            return
        if self.form.place.text != before:
            say(f"a place was written meanwhile; {key_name(self, 'form.locate')} asks again")
        elif self.takes_in:
            self.put_place(fix.point, Origin.of(fix))

    # --- the map ---

    def action_pin(self) -> None:
        if self._submitting:
            return
        self.keep()
        self.app.push_screen(PinPage(self.desk, self.form.place.point), self._pinned)

    def _pinned(self, point: GeoPoint | None) -> None:
        if point is not None:
            self.put_place(point, Origin(LocationSource.MAP))

    # --- photos ---

    def photo_taken(self, taken: TakenPhoto) -> None:
        """The place of a photo is offered where there is none yet."""
        if taken.point and not self.form.place.text:
            self._write_place(taken.point, Origin(LocationSource.PHOTO))
        self.photos.list.judge(self.form.place.point)

    @on(PhotoList.PlaceWanted)
    def place_of_photo(self, event: PhotoList.PlaceWanted) -> None:
        self.put_place(event.point, Origin(LocationSource.PHOTO))

    @on(PhotoList.Changed)
    def forget_place_of_photo(self) -> None:
        """A place that came from a photo goes with it; that of another one takes its place."""
        field, listed = self.form.place, self.photos.list
        if field.origin.source != LocationSource.PHOTO or field.says_one_of(listed.points()):
            return
        none_left = not (listed.photos or self._draft.report)
        if not (field.says_one_of(listed.points(left_out=True)) or none_left):
            return
        if listed.points():
            self._write_place(listed.points()[0], Origin(LocationSource.PHOTO))
        else:
            field.clear_place()
            self.settle_place()
