"""What the operator has to say: on the page for signing in, after it, and in the middle of work."""

import asyncio

from civictui.domain.errors import OfflineTooLong
from civictui.domain.model import Policy
from civictui.screens.help import Help
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.notice_lines import NoticeLines
from civictui.widgets.title_line import MOST_LINES
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

NIGHT = "No service tonight from 22:00 to 23:00."
LONG = " ".join(f"Word{number} of a long notice." for number in range(40)) + " Amen."


def saying(words: str, policy: str = "") -> FakeService:
    return FakeService(public=words, asked=Policy(message=policy or words))


async def test_it_is_read_before_anybody_signs_in() -> None:
    async with stage(saying(NIGHT), signed_in=False) as on:
        await on.reads(f"Notice: {NIGHT}")


async def test_without_one_there_is_no_empty_line() -> None:
    async with stage(signed_in=False) as on:
        await until(lambda: on.service.notices_asked)
        await on.settle()
        assert not on.find(NoticeLines).display


async def test_it_comes_late_and_moves_nothing_that_is_being_typed() -> None:
    service = saying(NIGHT)
    service.asking = asyncio.Event()
    async with stage(service, signed_in=False) as on:
        await on.shows(Login)
        await on.write("de")
        before = place_of_fields(on), on.lines[:8]
        service.asking.set()
        await on.reads(f"Notice: {NIGHT}")
        assert (place_of_fields(on), on.lines[:8]) == before
        await on.write("mo")
        assert on.find(LineField, "#user").value == "demo"
        assert on.app.focused is on.find(LineField, "#user")


def place_of_fields(on: Stage) -> list[object]:
    return [on.find(LineField, "#user").region, on.find(PasswordField).region]


async def test_who_signs_in_does_not_wait_for_it() -> None:
    service = saying(NIGHT)
    service.asking = asyncio.Event()
    async with stage(service) as on:
        await on.shows(ReportList)
        await on.reads(f"Notice: {NIGHT}")


async def test_a_long_one_is_cut_and_the_help_has_all_of_it() -> None:
    async with stage(saying(LONG), signed_in=False) as on:
        await on.reads("Notice (F1 shows all of it): Word0")
        lines = on.find(NoticeLines)
        assert lines.size.height == MOST_LINES
        assert "Amen." not in on.text
        assert on.lines[lines.region.bottom - 1].rstrip().endswith("…")
        await on.press("f1")
        await on.shows(Help)
        assert on.lines[1].startswith("From whoever runs the gateway:")
        await on.reads("Amen.")


async def test_one_without_blanks_fills_its_lines() -> None:
    async with stage(saying("水漏れ" * 200), signed_in=False) as on:
        await on.reads("Notice (F1 shows all of it): 水漏れ")
        assert on.find(NoticeLines).size.height == MOST_LINES


async def test_it_cannot_steer_the_terminal() -> None:
    async with stage(saying("[red]a\x1b[31m\u202eb\nc[/]"), signed_in=False) as on:
        await on.reads("Notice: [red]a")
        assert "\x1b" not in on.text
        assert "\u202e" not in on.text
        await on.press("f1")
        await on.shows(Help)
        assert "\x1b" not in on.text
        assert "\u202e" not in on.text


async def test_who_has_read_it_is_not_told_again() -> None:
    async with stage(saying(f"{NIGHT}\n"), signed_in=False) as on:
        await on.reads(f"Notice: {NIGHT}")
        await on.enter()
        await on.shows(ReportList)
        await on.settle()
        assert NIGHT not in on.text


async def test_one_that_is_new_to_the_person_is_told_after_signing_in() -> None:
    async with stage(saying("Old words.", "New words."), signed_in=False) as on:
        await on.reads("Old words.")
        await on.enter()
        await on.shows(ReportList)
        await on.reads("Notice: New words.")


async def test_one_that_comes_in_the_middle_of_work_is_told_once() -> None:
    async with stage() as on:
        await on.press("n", *"hole")
        await on.shows(ReportNew)
        on.service.asks(Policy(message=NIGHT))
        await on.reads(f"Notice: {NIGHT}")
        await on.press("escape")
        await on.shows(ReportList)
        on.service.asks(Policy(message=NIGHT, client_logs=True))
        await on.settle()
        assert NIGHT not in on.text


async def test_a_long_one_in_the_middle_of_work_is_cut_and_the_help_has_all_of_it() -> None:
    async with stage(size=(60, 16)) as on:
        on.service.asks(Policy(message=LONG))
        await on.reads("Notice (F1 shows all of it): Word0")
        assert "Amen." not in on.text
        await on.press("f1", "G")
        await on.shows(Help)
        await on.press("home")
        assert on.lines[1].startswith("From whoever runs the gateway:")
        await on.press("escape", "n", "escape", "f1")
        await on.shows(Help)
        assert on.lines[1].startswith("On this page")  # it was read, and other things were said


async def test_one_that_comes_while_the_help_is_read_is_told_below_it() -> None:
    async with stage() as on:
        await on.press("f1")
        await on.shows(Help)
        on.service.asks(Policy(message=NIGHT))
        await on.settle()
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads(f"Notice: {NIGHT}")


async def test_locking_asks_for_it_again() -> None:
    async with stage(saying(NIGHT)) as on:
        asked = on.service.notices_asked
        await on.press("f12")
        await on.shows(Login)
        await until(lambda: on.service.notices_asked > asked)
        await on.reads(f"Notice: {NIGHT}")


async def test_too_long_without_a_link_is_said_where_one_signs_in() -> None:
    service = FakeService(failing={"sign_in": OfflineTooLong(15, waiting=2)})
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.reads("has not heard from its gateway for 15 days")
        await on.reads("2 reports or photos wait here, and are safe")
        assert on.find(PasswordField).value == ""
