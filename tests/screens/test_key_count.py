"""How many keys a standard report takes besides its text; docs/keyboard.md tells the same."""

import re
from pathlib import Path
from typing import Final

from civictui.domain.model import Draft, GeoPoint, LocationSource
from civictui.screens.report_list import ReportList
from civictui.widgets.form.line_field import LineField
from tests.city_services import services
from tests.fakes import FakeService, taken_photo
from tests.stage import Stage, stage, until

HERE = GeoPoint(37.78, -122.41)
DOC: Final = Path(__file__).parent.parent.parent / "docs" / "keyboard.md"
MOST: Final = 12
WORDS: Final = "A sofa on the pavement"


class Counting:
    """Presses keys and counts those that are no text."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        self.pressed: list[str] = []

    async def key(self, key: str) -> None:
        self.pressed.append(key)
        await self._on.press(key)


async def test_a_standard_report_in_few_keys() -> None:
    """Description, category, the newest photo of the inbox, and the place where it was taken."""
    service = FakeService(newest=taken_photo("new", point=HERE))
    service.reader.city = services()
    async with stage(service) as on:
        keys = Counting(on)
        await keys.key("n")
        await on.reads("Category")
        await on.write(WORDS)
        await keys.key("tab")
        for letter in "ill":
            await keys.key(letter)
        await keys.key("enter")
        await keys.key("f2")
        await until(lambda: on.find(LineField, "#place").value)
        await keys.key("ctrl+s")
        await on.shows(ReportList)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert (draft.description, draft.category) == (WORDS, "illegal-dumping")
        assert [photo.large for photo in draft.photos] == ["new.jpg"]
        assert draft.place_source == LocationSource.PHOTO
        assert len(keys.pressed) <= MOST
        assert told() == (len(keys.pressed), keys.pressed)


def told() -> tuple[int, list[str]]:
    """What the page about the keyboard says of it."""
    names = {"Tab": "tab", "Enter": "enter", "F2": "f2", "^S": "ctrl+s"}
    page = DOC.read_text("utf-8")
    found = re.search(
        r"A standard report takes (\d+) keys besides its text: (.*?)\.\n", page, re.DOTALL
    )
    assert found, "docs/keyboard.md does not tell how many keys a standard report takes"
    keys = re.findall(r"`([^`]+)`", found[2])
    return int(found[1]), [names.get(key, key) for key in keys]
