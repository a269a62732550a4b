"""Typing and pasting into the fields."""

from textual import events

from civictui.screens.login import Login
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.form.text_field import TextField
from tests.stage import stage, until

PASTED = "one\x1b]52;c;eA==\x07 two\r\nthree\u202e"


async def test_a_paste_into_a_line_is_one_clean_line() -> None:
    async with stage() as on:
        await on.press("n", "tab")
        await on.shows(ReportNew)
        on.app.post_message(events.Paste(PASTED))
        await until(lambda: on.find(LineField, "#category").value == "one two three")


async def test_a_paste_into_the_description_keeps_its_lines() -> None:
    async with stage() as on:
        await on.press("n")
        await on.shows(ReportNew)
        on.app.post_message(events.Paste(PASTED))
        await until(lambda: on.find(TextField).text == "one two\nthree")


async def test_a_pasted_password_is_what_it_was() -> None:
    async with stage(signed_in=False) as on:
        await on.shows(Login)
        await on.press("tab")
        on.app.post_message(events.Paste("  a b  \n"))
        await until(lambda: on.find(PasswordField).value == "  a b  ")
        assert "a b" not in on.text


async def test_no_cursor_blinks() -> None:
    async with stage() as on:
        await on.press("n")
        await on.shows(ReportNew)
        fields = [*on.app.screen.query(LineField), *on.app.screen.query(TextField)]
        assert len(fields) == 6
        assert not any(field.cursor_blink for field in fields)
