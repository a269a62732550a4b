"""A burst of keys, as a thin link delivers it, does what the same keys do one by one."""

import time

import pytest
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from civictui.terminal import typeahead
from civictui.terminal.typeahead import TypeAhead, Typed


class Form(Screen[None]):
    AUTO_FOCUS = "#text"

    def compose(self) -> ComposeResult:
        yield Input(id="text")


class TwoFields(TypeAhead):
    BINDINGS = [("tab", "app.focus_next", "next"), ("f2", "open", "open")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Input(id="first")
        yield Input(id="second")

    @on(Input.Submitted, "#first")
    def go_on(self) -> None:
        self.query_one("#second", Input).focus()

    def action_open(self) -> None:
        self.push_screen(Form())


def burst(app: TwoFields, *keys: str) -> None:
    """Post every key before the app has looked at the first."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def values(app: TwoFields) -> list[str]:
    return [field.value for field in app.screen.query(Input)]


async def test_tab_within_a_burst_parts_the_fields() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        burst(app, *"name", "tab", *"word")
        await pilot.pause()
        while "".join(values(app)) != "nameword":
            await pilot.pause()
        assert values(app) == ["name", "word"]


async def test_enter_within_a_burst_goes_on_first() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        burst(app, *"name", "enter", *"word")
        while "".join(values(app)) != "nameword":
            await pilot.pause()
        assert values(app) == ["name", "word"]


async def test_what_is_typed_after_opening_a_form_is_in_the_form() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        burst(app, "f2", *"typed ahead".replace(" ", "_"))
        while not isinstance(app.screen, Form) or values(app) != ["typed_ahead"]:
            await pilot.pause()
        app.pop_screen()
        await pilot.pause()
        assert values(app) == ["", ""]


async def test_a_paste_keeps_its_place_among_the_keys() -> None:
    app = TwoFields()
    async with app.run_test() as pilot:
        burst(app, "a", "tab")
        app.post_message(events.Paste("pasted"))
        burst(app, "b")
        while "".join(values(app)) != "apastedb":
            await pilot.pause()
        assert values(app) == ["a", "pastedb"]


class Note(Input):
    """A field that takes letters together, and counts how often."""

    bursts = 0

    def text_of(self, key: events.Key) -> str:
        return key.character or ""

    def on_typed(self, event: Typed) -> None:
        self.bursts += 1
        self.insert_text_at_cursor(event.text)


class TwoNotes(TwoFields):
    def compose(self) -> ComposeResult:
        yield Note(id="first")
        yield Note(id="second")


async def test_letters_that_wait_for_one_field_go_into_it_together() -> None:
    app = TwoNotes()
    async with app.run_test() as pilot:
        burst(app, *"many letters", "tab", *"word", "left", "x")
        while "".join(values(app)) != "many lettersworxd":
            await pilot.pause()
        assert values(app) == ["many letters", "worxd"]
        assert [note.bursts for note in app.query(Note)] == [1, 1]


class Stalling(Input, inherit_bindings=False):
    """A field on a machine that stands still in the middle of a key."""

    def on_key(self, event: events.Key) -> None:
        if event.key == "left":
            time.sleep(3 * typeahead._PATIENCE)


class Steps(TypeAhead):
    BINDINGS = [("left", "step", "left")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        field: Widget = Stalling(id="first")
        for _ in range(20):  # the key goes up through all of them
            field = Vertical(field)
        yield field

    def action_step(self) -> None:
        self.query_one(Input).cursor_position -= 1


async def test_a_machine_that_stands_still_mixes_up_no_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typeahead, "_PATIENCE", 0.05)
    app = Steps()
    async with app.run_test() as pilot:
        for key in ("a", "b", "left", "c"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        while len(app.query_one(Input).value) < 3:
            await pilot.pause()
        assert app.query_one(Input).value == "acb"
