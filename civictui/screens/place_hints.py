"""Pages that say what is known of the place of a report: its address, and reports near it."""

from typing import Final

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError, NoAddress
from civictui.domain.model import LIKELY_METERS, AddressProposal, GeoPoint, Nearby
from civictui.screens.nearby_page import NearbyPage
from civictui.screens.place_intake import PlaceIntake
from civictui.widgets.background import in_background
from civictui.widgets.bindings import key_name
from civictui.widgets.fit import fit

LATER: Final = "left empty, it is asked for later"


class PlaceHints(PlaceIntake, inherit_bindings=False):
    """Asks in the background, when the place is no longer being written."""

    _near: tuple[Nearby, ...] = ()
    _trouble = ""
    """Why the geocoder gave no address."""
    _near_asked: tuple[GeoPoint | None, str] = (None, "")

    def place_settled(self) -> None:
        in_background(self, self._name_place, "address", alone=True)
        self.ask_near()

    # --- the address ---

    async def _name_place(self) -> None:
        """Propose what is known here, then what the geocoder says; nothing is written unasked."""
        self._trouble = ""
        self._propose([])
        if self._settled is None:
            return
        try:
            await self._ask_address(self._settled)
        except NoAddress as error:
            self._trouble = f"{error}; {LATER}"
        except CivicError as error:
            self._trouble = error.sentence
        self.echo_address()

    async def _ask_address(self, point: GeoPoint) -> None:
        service = self.desk.service
        known = await service.addresses(point)
        self._propose(known)
        if self.form.address.is_typed or self.is_off("geocoder"):
            return
        if asked := await service.ask_address(point):
            self._propose([asked, *known])

    def _propose(self, proposals: list[AddressProposal]) -> None:
        self.form.address.offer(proposals)
        self.echo_address()

    @on(Input.Changed, "#address")
    def echo_address(self) -> None:
        field = self.form.address
        parts = [field.remark()]
        if self._trouble and not field.text:
            parts.append(self._trouble)
        self.form.row("address").say("; ".join(part for part in parts if part))

    # --- what there is already ---

    @property
    def hints_at_duplicates(self) -> bool:
        return not self._draft.report

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._near) if action == "nearby" else True

    @on(Input.Blurred, "#category")
    def ask_near(self) -> None:
        asked = (self._settled, self.collect().category)
        if self.hints_at_duplicates and asked != self._near_asked:
            self._near_asked = asked
            in_background(self, self._look_near, "near", alone=True)

    async def _look_near(self) -> None:
        point, category = self._near_asked
        try:
            found = await self.desk.service.nearby(point, category) if point else []
        except CivicError as error:
            self.form.say_near(fit(error.sentence, 60).rstrip())
            return
        self._near = tuple(found)
        self.refresh_bindings()
        self.form.say_near(hint(self._near, key_name(self, "form.nearby")))

    def action_nearby(self) -> None:
        if not self._submitting:
            in_background(self, self._show_near, "nearby", alone=True)

    async def _show_near(self) -> None:
        """Once all photos are taken in: what is said there instead takes them along."""
        if not await self.take_named() or self._settled is None or not self.is_active:
            return
        self.keep()
        draft = self.collect()
        page = NearbyPage(self.desk, draft, self._settled, draft.category)
        self.app.push_screen(page, self._said_there)

    def _said_there(self, remark_id: str | None) -> None:
        """The draft became a remark: there is no report to be saved any more."""
        if remark_id:
            self.end_over(remark_id)


def hint(near: tuple[Nearby, ...], key: str) -> str:
    """`! 1 like this within 50 m, 4 near: F6 looks`; "" where there is nothing."""
    likely = sum(one.is_likely for one in near)
    parts = [f"{likely} like this within {LIKELY_METERS:.0f} m"] if likely else []
    parts += [f"{len(near) - likely} near"] if len(near) > likely else []
    if not parts:
        return ""
    return f"{'! ' if likely else ''}{', '.join(parts)}{f': {key} looks' if key else ''}"
