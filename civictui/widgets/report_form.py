"""The fields of a report that is being written, and what is known of its photo and place."""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from textual.app import ComposeResult
from textual.containers import ScrollableContainer

from civictui.domain.errors import PlaceError
from civictui.domain.model import NO_SERVICES, Draft, GeoPoint, Services
from civictui.domain.text import clean, one_line
from civictui.geo import notation
from civictui.widgets.category_field import CategoryField
from civictui.widgets.field_row import FieldRow
from civictui.widgets.line_field import LineField, TextField
from civictui.widgets.path_field import PathField
from civictui.widgets.picture_pane import PicturePane
from civictui.widgets.questions import Questions
from civictui.widgets.thumbnail import Gallery

FROM_PHOTO = "photo"


class ReportForm(ScrollableContainer, can_focus=False, inherit_bindings=False):
    """Scrolls to the field in focus where the terminal is too low for all."""

    def __init__(self, draft: Draft, gallery: Gallery) -> None:
        super().__init__()
        self._began = draft
        self._place_of_photo = draft.place if draft.place_source == FROM_PHOTO else ""
        self._rows = {
            "description": FieldRow("What", TextField(draft.description, id="description")),
            "category": FieldRow("Category", CategoryField(draft.category, id="category")),
            "photo": FieldRow("Photo", PathField(draft.photo_path, id="photo")),
            "place": FieldRow("Place", LineField(draft.place, id="place")),
            "address": FieldRow("Address", LineField(draft.address, id="address")),
        }
        self._services = NO_SERVICES
        self._questions = Questions(draft.answers, draft.category, edit=bool(draft.report))
        self._picture = PicturePane(gallery)

    def compose(self) -> ComposeResult:
        for name, row in self._rows.items():
            yield row
            if name == "category":
                yield self._questions
        yield self._picture

    def row(self, name: str) -> FieldRow:
        return self._rows[name]

    @property
    def place(self) -> str:
        return self._line("place").value.strip()

    @property
    def photo_path(self) -> str:
        return self._line("photo").value.strip()

    def fill(self, draft: Draft) -> Draft:
        """`draft` with what the fields say."""
        began = self._began
        return replace(
            draft,
            description=_said(clean(self.query_one(TextField).text), clean, began.description),
            category=self._category.category,
            answers=self._questions.answers,
            place=one_line(self.place),
            place_source=self._place_source(),
            address=_said(one_line(self._line("address").value), one_line, began.address),
            photo_path=self.photo_path,
        )

    def _place_source(self) -> str:
        if self.place and self.place == self._place_of_photo:
            return FROM_PHOTO
        untouched = self.place == one_line(self._began.place)
        return self._began.place_source if untouched else "typed"

    def place_from_photo(self, point: GeoPoint) -> None:
        """Fill the place in from the photo, unless the person or the report has said one."""
        of_photo = self.place == self._place_of_photo and not self._began.report
        if not self.place or of_photo:
            self._place_of_photo = notation.show(point)
            self._line("place").value = self._place_of_photo
            self.echo_place()

    def forget_place_of_photo(self) -> None:
        """Another photo is named, or none: what the one before said of the place does not hold.

        In an edit it does: the photo is one more.
        """
        if self._began.report:
            return
        if self._place_of_photo and self.place == self._place_of_photo:
            self._line("place").value = self._place_of_photo = ""
            self.echo_place()

    def echo_place(self) -> None:
        """Say how the place was understood; nothing while it is half typed."""
        try:
            point = notation.parse(self.place) if self.place else None
        except PlaceError:
            point = None
        source = ", from the photo" if point and self.place == self._place_of_photo else ""
        self.row("place").say(f"= {notation.show(point)}{source}" if point else "")

    # --- the category ---

    @property
    def _category(self) -> CategoryField:
        return cast(CategoryField, self._rows["category"].field)

    async def offer(self, services: Services) -> None:
        """The city's categories, now and whenever they have changed: nothing typed is lost."""
        if services != self._services:
            self._services = services
            self._category.offer(services)
            await self.ask()

    async def ask(self) -> None:
        """Ask what the category asks that the field names now."""
        self._rows["category"].say(self._category.remark())
        await self._questions.show(self._category.service, self._services)

    def answers_are_right(self) -> bool:
        """Whether every answer will do; each row says what is wrong with its own."""
        return self._questions.check()

    def show_picture(self, picture: tuple[str, bytes] | None) -> None:
        """Show the thumbnail (its key and JPEG) where there is room for it."""
        if picture:
            self._picture.show(*picture, "")
        else:
            self._picture.say("")
        self._picture.display = picture is not None

    def focus_first_error(self) -> None:
        first, category, *others = self._rows.values()
        for row in (first, category, *self._questions.rows, *others):
            if row.has_error:
                row.field.focus()
                return
        if self.screen.focused is None:
            self.row("description").field.focus()

    def _line(self, name: str) -> LineField:
        return self.query_one(f"#{name}", LineField)


def _said(text: str, cleaning: Callable[[str], str], began: str) -> str:
    """What a field says; left as it was, byte for byte, where nobody has changed it."""
    return began if text == cleaning(began) else text
