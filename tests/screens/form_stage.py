"""What the tests of the form share: how it is opened, filled and read."""

from collections.abc import Callable

from civictui.domain.model import Draft, Fix, GeoPoint, Report
from civictui.domain.ports import TakenPhoto
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.photo_list import PhotoList
from tests.city import picture
from tests.fakes import FakeService, taken_photo
from tests.stage import Stage, until

PHOTO, OTHER = "/photos/a.jpg", "/photos/b.jpg"
HERE = GeoPoint(37.78, -122.41)
THERE = GeoPoint(37.79, -122.41)
"""1.1 km north of it."""
FIX = Fix(point=HERE, accuracy=6.0, at="2026-11-23T10:00:00Z")


def with_photos(first: TakenPhoto | None = None, second: TakenPhoto | None = None) -> FakeService:
    """A service that finds two photos by their paths; without others they say no place."""
    first, second = first or taken_photo("a"), second or taken_photo("b")
    thumbnails = {first.photo.thumbnail: picture(1, 256, 192)}
    return FakeService(photos={PHOTO: first, OTHER: second}, pictures=thumbnails)


def near(number: int, *, category: str = "", meters: float = 20.0) -> Report:
    """An open report so far north of HERE."""
    point = GeoPoint(HERE.latitude + meters / 111_000, HERE.longitude)
    return Report(id=f"n{number}", description=f"near {number}", category=category, point=point)


async def begin(on: Stage) -> ReportNew:
    await on.press("n")
    return await on.shows(ReportNew)


async def fill(on: Stage, **values: str) -> None:
    """Put text into fields as typing does, without its time."""
    for name, text in values.items():
        field = on.find(LineField, f"#{name}")
        field.focus()
        field.value = text
    await on.settle()


async def take(on: Stage, path: str) -> None:
    """Name a photo, and wait until it is taken in."""
    await fill(on, photo=path)
    await on.press("enter")
    await until(lambda: not on.find(LineField, "#photo").value)
    await on.settle()


def value(on: Stage, name: str) -> str:
    return on.find(LineField, f"#{name}").value


def remark(on: Stage, name: str) -> str:
    """What is said below a field."""
    return on.app.screen.query_one(f"#{name}").query_ancestor(FieldRow).remark


async def says(on: Stage, name: str, *words: str) -> None:
    """Wait until all these words are said below a field."""

    def all_said() -> bool:
        return all(word in remark(on, name) for word in words)

    try:
        await until(all_said)
    except TimeoutError:
        raise AssertionError(f"{words} is not in {remark(on, name)!r}") from None


def focused(on: Stage) -> str:
    return (on.app.focused.id if on.app.focused else "") or ""


async def submitted(on: Stage, description: str = "hole") -> Draft:
    """Save the report; what was handed over."""
    on.app.screen.query_one("#description").focus()
    await on.settle()
    await on.write(description)
    await on.press("ctrl+s")
    await on.shows(ReportList)
    (draft,) = on.service.called("submit")
    assert isinstance(draft, Draft)
    return draft


async def kept(on: Stage, fits: Callable[[Draft], object]) -> Draft:
    """Wait until the draft in the store is like this."""

    def found() -> list[Draft]:
        return [draft for draft in on.service.reader.kept_drafts.values() if fits(draft)]

    await until(found)
    return found()[0]


def listed(on: Stage) -> list[str]:
    """The lines of the list."""
    found = on.find(PhotoList)
    return [found.render_line(line).text.strip() for line in range(found.size.height)]


async def with_two(on: Stage) -> PhotoList:
    """The form with both photos, the list in focus with its cursor on the first."""
    await begin(on)
    await take(on, PHOTO)
    await take(on, OTHER)
    found = on.find(PhotoList)
    found.focus()
    await on.press("k")
    return found
