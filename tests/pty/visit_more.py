"""Where a visitor comes by seldom: sign-in, shift, pack, places, photos, what is near by."""

from civictui.domain.errors import CivicError
from civictui.domain.model import AddressProposal, Draft, GeoPoint, Photo, Report, RowState
from civictui.domain.model.packing import Lacking, Pack, PackStep
from civictui.domain.model.place import AddressSource
from civictui.domain.model.shift import Deed, Shift
from civictui.domain.model.sync import Waiting
from civictui.domain.ports import TakenPhoto
from civictui.screens.login import Login
from civictui.screens.nearby_page import NearbyPage
from civictui.screens.pack_page import PackPage
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.shift_page import ShiftPage
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.rows.row_book import Entry
from tests.fake_lists import NOW
from tests.pty.visit import Visit

HERE = GeoPoint(1.5, 2.5)


class LongWay(Visit):
    """All of those for each group."""

    async def _visit(self, group: list[str], key: str, *, longer: bool) -> None:
        self._fill(group, key)
        await self._shift(group)
        await self._pack(group)
        await self._places_and_photos(group)
        if longer:
            await self._lock(group)

    async def _long_round(self, group: list[str]) -> None:
        """That is the other visitor's."""

    async def _shift(self, group: list[str]) -> None:
        deeds = tuple(
            Deed(id=f"{n}", report=f"{n}", at=text, title=text, address=text, text=text,
                 status=text, assignee=text, reason=text, state=RowState.NEEDS_YOU)
            for n, text in enumerate(group)
        )  # fmt: skip
        self.service.summary = Shift(
            user="", since=NOW, until=NOW, reported=deeds[:2], edited=deeds[2:3], said=deeds[3:5],
            withdrawn=deeds[5:6], drafts=tuple(group), conflicts=(("c", group[6]),),
            refused=(Waiting(id="w", title=group[7], reason=group[0]),),
        )  # fmt: skip
        await self.on.press("e")
        await self.on.shows(ShiftPage)
        await self.step()
        await self.step("pagedown")
        await self.step("end")
        await self.back_to(ReportList)

    async def _pack(self, group: list[str]) -> None:
        lacking = tuple(Lacking(PackStep.PICTURES, text, text, id=text) for text in group)
        self.service.day = Pack(
            step=PackStep.STOPPED, at=group[0], reason=group[1], lacking=lacking
        )
        await self.on.press("P")
        await self.on.shows(PackPage)
        await self.step()
        await self.step("pagedown")
        await self.back_to(ReportList)

    async def _places_and_photos(self, group: list[str]) -> None:
        near = Report(id="near", description=group[0], address=group[1], category=group[2],
                      point=HERE, reported_by=group[3])  # fmt: skip
        self.service.reader.add(near)
        self.service.proposals = [
            AddressProposal(text, AddressSource.PENDING, 3.0) for text in group
        ]
        self.service.newest = TakenPhoto(Photo("n.jpg", "m.jpg", caption=group[5]), HERE, group[6],
                                         name=group[7])  # fmt: skip
        draft = Draft(id="d", description="lamp", category=group[2], place=str(HERE))
        self.service.reader.kept_drafts = {"d": draft}
        await self.on.press("r")
        self._told()
        await self.on.settle()
        await self.point_at(Entry("d", True))
        await self.on.press("enter")
        await self.on.shows(ReportNew)
        await self.step()
        await self.step("f2")
        self.on.find(LineField, "#address").focus()
        for _ in group:
            await self.step("down", name="address")
        await self.on.press("f6")
        if isinstance(self.on.app.screen, NearbyPage):
            await self.step()
        await self.back_to(ReportList)

    async def _lock(self, group: list[str]) -> None:
        """Lock, be refused in many words, and come back."""
        await self.on.press("f12")
        await self.on.shows(Login)
        self.on.find(LineField, "#user").value = "demo"
        for text in group:
            self.service.failing["sign_in"] = CivicError(text, text)
            password = self.on.find(PasswordField)
            password.value = self.service.password
            password.focus()
            await self.step("enter")
        await self.on.enter()
        await self.on.shows(ReportList)
