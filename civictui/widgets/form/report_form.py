"""The fields of a report that is being written, and what is known of its photos and place."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.widgets import Label

from civictui.domain.model import NO_SERVICES, Draft, Photo, Services
from civictui.domain.text import clean, one_line
from civictui.widgets.form.address_field import AddressField
from civictui.widgets.form.category_field import CategoryField
from civictui.widgets.form.draft_form import DraftForm
from civictui.widgets.form.field_row import FieldRow, Growing
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.place_field import PlaceField
from civictui.widgets.form.questions import Questions
from civictui.widgets.form.text_field import TextField
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.pictures.thumbnail import Gallery

_PICTURE_LINES = 6
"""The least that a photo has below the fields; where there is more room, a third of it."""


class ReportForm(DraftForm, can_focus=False, inherit_bindings=False):
    """All that a report says, in the order in which a person knows it."""

    def __init__(self, draft: Draft, gallery: Gallery, of_report: Sequence[Photo] = ()) -> None:
        """`of_report` are the photos that the report has which is being edited."""
        super().__init__()
        self._began = draft
        self._text = TextField(draft.description, id="description")
        self._category = CategoryField(draft.category, edit=bool(draft.report), id="category")
        self.photos = PhotoFields(draft, of_report)
        self.place = PlaceField(draft, id="place")
        self.address = AddressField(draft.address, draft.address_source, id="address")
        self._rows = {
            "description": FieldRow("What", self._text),
            "category": FieldRow("Category", self._category),
            "photo": self.photos.row,
            "place": FieldRow("Place", self.place),
            "address": FieldRow("Address", self.address),
        }
        self._services = NO_SERVICES
        self._questions = Questions(draft.answers, draft.category, edit=bool(draft.report))
        self._near = Label("", markup=False, id="near")
        self._picture = PicturePane(gallery)

    def compose(self) -> ComposeResult:
        yield self._rows["description"]
        yield self._rows["category"]
        yield self._questions
        yield self.photos
        yield self._rows["place"]
        yield self._near
        yield self._rows["address"]
        yield self._picture

    def row(self, name: str) -> FieldRow:
        return self._rows[name]

    def fill(self, draft: Draft) -> Draft:
        """`draft` with what the fields say."""
        began, origin = self._began, self.place.origin
        return replace(
            draft,
            description=_said(clean(self._text.text), clean, began.description),
            category=self._category.category,
            answers=self._questions.answers,
            place=self.place.kept,
            place_source=origin.source,
            place_accuracy=origin.accuracy,
            place_at=origin.at,
            address=_said(self.address.text, one_line, began.address),
            address_source=self.address.source,
            photo_path=one_line(self.photos.path),
            photos=self.photos.list.photos,
            origins=self.photos.list.origins,
        )

    def echo_place(self, limit: float) -> None:
        """Say how the place was understood; nothing while it is half typed."""
        echo, poor = self.place.echo(limit)
        self.row("place").say(echo, poor=poor)

    def say_near(self, words: str) -> None:
        """What there is already about this place; "" for nothing."""
        if words != str(self._near.content):
            self._near.update(words)
            self._near.display = bool(words)
            self.call_after_refresh(self.make_room)

    # --- the category ---

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

    # --- the picture, and the first error ---

    def show_picture(self, picture: tuple[str, bytes] | None) -> None:
        """Show the thumbnail (its key and JPEG) where there is room for it."""
        if picture:
            self._picture.show(*picture, "")
        else:
            self._picture.say("")
        self.make_room()

    @on(Growing.Grown)
    def make_room(self) -> None:
        """The picture has lines of its own below the fields, where these leave them free: so it is
        not sent again with each line that comes or goes above it.
        """
        lines = max(_PICTURE_LINES, self.size.height // 3)
        free = self.size.height - self._rows["address"].virtual_region.bottom
        self._picture.styles.height = lines
        self._picture.display = self._picture.has_picture and free >= lines

    def on_resize(self) -> None:
        self.make_room()

    def focus_first_error(self) -> bool:
        """Go to the first field in which something is wrong; whether there is one."""
        first, category, *others = self._rows.values()
        for row in (first, category, *self._questions.rows, *others):
            if row.has_error:
                row.field.focus()
                return True
        return False


def _said(text: str, cleaning: Callable[[str], str], began: str) -> str:
    """What a field says; left as it was, byte for byte, where nobody has changed it."""
    return began if text == cleaning(began) else text
