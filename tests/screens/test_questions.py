"""The category and its own questions in the form: keyboard alone, nothing typed is lost."""

from dataclasses import replace

from civictui.domain.errors import StoreBusy
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Doc, Draft, Report, Services
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.category_field import CategoryField
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.question_row import QuestionRow
from tests.city_services import defined, services
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

FAULT: Doc = {
    "code": "fault",
    "order": 1,
    "description": "What is wrong?",
    "datatype": "singlevaluelist",
    "required": True,
    "values": [{"key": "out", "name": "It is out"}, {"key": "leans", "name": "It leans"}],
}
NEAR: Doc = {
    "code": "near",
    "order": 2,
    "description": "What is near?",
    "datatype": "multivaluelist",
    "values": [{"key": "school", "name": "A school"}, {"key": "stop", "name": "A bus stop"}],
}
POLE: Doc = {"code": "pole", "order": 3, "description": "Number on it", "datatype": "number"}
SEEN: Doc = {"code": "seen", "order": 4, "description": "Since when?", "datatype": "datetime"}
MORE: Doc = {"code": "more", "order": 5, "description": "What else?", "datatype": "text"}
CITY = services(
    defined("lamp", FAULT, NEAR, POLE, SEEN, MORE, service_name="Street Lamp", group="Streets"),
    defined("tree", {"code": "kind", "description": "Which kind?"}, keywords="branch"),
)


def city(known: Services = CITY, **options: object) -> FakeService:
    service = FakeService()
    service.reader.city = known
    return service


async def begin(on: Stage, category: str = "") -> ReportNew:
    """The form with a description and perhaps a category."""
    await on.press("n")
    screen = await on.shows(ReportNew)
    await on.write("x")
    await on.press("tab")
    if category:
        await choose(on, category)
    return screen


async def choose(on: Stage, category: str) -> None:
    field = on.find(CategoryField)
    field.focus()
    field.value = category
    await on.settle()
    wanted = field.service
    await until(
        lambda: len(on.app.screen.query(QuestionRow)) == len(wanted.questions if wanted else ())
    )
    await on.settle()


def row(on: Stage, code: str) -> QuestionRow:
    found = [row for row in on.app.screen.query(QuestionRow) if row.question.code == code]
    return found[0]


def submitted(on: Stage) -> Draft:
    (draft,) = on.service.called("submit")
    assert isinstance(draft, Draft)
    return draft


async def test_down_goes_through_the_categories_and_right_completes() -> None:
    async with stage(city()) as on:
        await begin(on)
        field = on.find(CategoryField)
        seen = []
        for key in ("down", "down", "down", "up"):
            await on.press(key)
            seen.append(field.value)
        assert seen == ["Tree", "Street Lamp", "Tree", "Street Lamp"]
        await on.press("ctrl+u")
        await on.write("tr")
        await until(lambda: field._suggestion)
        await on.press("right")
        assert (field.value, field.category) == ("Tree", "tree")


async def test_any_word_of_a_category_finds_it() -> None:
    async with stage(city()) as on:
        await begin(on)
        await on.write("branch")
        await on.reads("Enter: Tree")
        await on.press("down")
        assert on.find(CategoryField).category == "tree"
        await on.reads("Which kind?")


async def test_every_kind_of_question_by_keyboard_alone() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        await on.press("tab", "down", "space", "enter")  # one of several
        await on.press("space", "j", "space", "tab")  # several
        await on.write("12,5")
        await on.press("enter")
        await on.write("2026-11-20")
        await on.press("enter", "a", "enter", "b")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        draft = submitted(on)
        assert draft.category == "lamp"
        assert draft.answers == {
            "fault": "leans",
            "near": ("school", "stop"),
            "pole": "12,5",
            "seen": "2026-11-20",
            "more": "a\nb",
        }


async def test_one_answer_takes_the_place_of_another_and_can_be_taken_back() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        await on.press("tab", "space")
        assert row(on, "fault").answer == "out"
        await on.press("G", "space")
        assert row(on, "fault").answer == "leans"
        await on.press("space")
        assert row(on, "fault").answer == ""


async def test_what_is_missing_or_wrong_is_said_in_its_row_with_the_first_in_focus() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        on.find(LineField, "#answer-2").value = "twelve"
        await on.press("ctrl+s")
        await on.reads("not saved as a report yet")
        assert row(on, "fault").remark == "Choose one of the answers."
        assert row(on, "pole").remark == "Write a number, such as 12 or 3.5."
        await until(lambda: isinstance(on.app.focused, ChoiceList))
        await on.press("space")
        on.find(LineField, "#answer-2").value = "12"
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert submitted(on).answers == {"fault": "out", "pole": "12"}


async def test_answers_are_saved_by_themselves_and_there_again() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        await on.press("tab", "space", "tab", "space")
        await until(lambda: any(draft.answers for draft in on.service.reader.kept_drafts.values()))
        await on.press("escape")
        await on.shows(ReportList)
        await on.press("enter")
        await on.shows(ReportNew)
        await on.reads("(x) It is out")
        await on.reads("[x] A school")
        assert on.find(CategoryField).value == "Street Lamp"


async def test_another_category_and_back_loses_nothing() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        await on.press("tab", "space")
        await choose(on, "Tree")
        assert [r.question.code for r in on.app.screen.query(QuestionRow)] == ["kind"]
        await choose(on, "Street Lamp")
        assert row(on, "fault").answer == "out"


async def test_a_category_that_the_city_does_not_have_is_kept_as_it_was_written() -> None:
    async with stage(city()) as on:
        await begin(on)
        await on.write("volcano")
        await on.reads("none of the city's categories: kept as you wrote it")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert submitted(on).category == "volcano"


async def test_a_definition_that_changes_takes_nothing_away() -> None:
    async with stage(city()) as on:
        await begin(on, "Street Lamp")
        await on.press("tab", "space", "tab", "space", "tab", "7")
        new = {**FAULT, "values": [{"key": "dark", "name": "It is dark"}]}
        height = {"code": "height", "order": 9, "description": "How high?"}
        on.service.reader.city = services(
            defined("lamp", new, POLE, height, service_name="Lantern")
        )
        on.service.emit(ReportsChanged())
        await on.reads("How high?")
        assert on.find(CategoryField).value == "Lantern"
        await on.reads("(x) out (no longer offered)")
        await on.reads("Kept, though not asked: near: school")
        assert row(on, "pole").answer == "7"
        assert on.app.focused is row(on, "pole").field
        await on.press("ctrl+s")
        await on.reads("Choose of: dark.")
        await on.press("home", "space", "ctrl+s")
        await on.shows(ReportList)
        assert submitted(on).answers == {"fault": "dark", "near": ("school",), "pole": "7"}


async def test_without_definitions_the_category_is_any_text() -> None:
    async with stage(city(Services())) as on:
        await begin(on)
        await on.write("pothole")
        assert not on.app.screen.query(QuestionRow)
        assert "none of the city" not in on.text
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert submitted(on).category == "pothole"


async def test_hostile_definitions_are_drawn_safely() -> None:
    evil = "\x1b]52;c;AAAA\x07\u202e[bold]" + "x" * 3000
    choices = [{"key": f"k{n}{evil[:20]}", "name": evil} for n in range(300)]
    question = {"code": "q", "description": evil, "values": choices}
    many = {**question, "code": "m", "datatype": "multivaluelist"}
    known = services(defined("lamp", {**question, "datatype": "singlevaluelist"}, many))
    async with stage(city(known), size=(60, 16)) as on:
        await begin(on, "lamp")
        await on.press("tab", "G", "space", "tab", "pagedown", "j")
        assert "\x1b" not in on.text
        assert "\u202e" not in on.text
        assert all(len(line) == 60 for line in on.lines)


async def test_in_few_lines_the_cursor_stays_in_sight() -> None:
    values = [{"key": f"k{n}", "name": f"Answer {n}"} for n in range(30)]
    asked = {"code": "q", "description": "Which?", "datatype": "multivaluelist", "values": values}
    async with stage(city(services(defined("lamp", asked))), size=(60, 16)) as on:
        await begin(on, "lamp")
        await on.press("tab")
        await on.reads("Which?")
        await on.reads("> [ ] Answer 0")
        for _ in range(20):
            await on.press("j")
        await on.reads("> [ ] Answer 20")
        await on.press("G", "space")
        await on.reads("> [x] Answer 29")
        await on.press("home")
        await on.reads("> [ ] Answer 0")


async def test_definitions_that_cannot_be_read_leave_a_free_text() -> None:
    class Failing(FakeService):
        pass

    service = Failing()

    async def services_fail() -> Services:
        raise StoreBusy("It is locked", "Wait.")

    service.reader.services = services_fail  # type: ignore[method-assign]
    async with stage(service) as on:
        await begin(on)
        await on.reads("It is locked. Wait.")
        await on.write("pothole")
        await on.press("ctrl+s")
        await on.shows(ReportList)


# --- reports that exist ---


REPORT = Report(
    id="r1",
    reported_by="asha",
    reported_at="2026-11-23T09:00:00Z",
    description="The lamp is out",
    category="lamp",
    attributes={"fault": "out", "pole": 12, "odd": {"deep": [1]}, "near": ["school", "gone"]},
)


def with_report(report: Report = REPORT) -> FakeService:
    service = city()
    service.reader.add(report)
    return service


async def test_the_page_of_a_report_names_questions_and_answers() -> None:
    async with stage(with_report()) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.reads("open · Street Lamp")
        await on.reads("What is wrong?: It is out")
        await on.reads("What is near?: A school, gone")
        await on.reads('odd: {"deep": [1]}')


async def test_an_edit_begins_with_the_answers_and_keeps_what_nobody_touched() -> None:
    async with stage(with_report()) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("e")
        screen = await on.shows(ReportEdit)
        await on.reads("(x) It is out")
        await on.reads("[x] gone (no longer offered)")
        await on.settle()
        assert screen.unsaved() is None
        on.find(LineField, "#answer-2").value = "13"
        await on.press("ctrl+s")
        await until(lambda: on.service.called("submit"))
        answers = {"fault": "out", "pole": "13", "near": ("school", "gone")}
        assert submitted(on).answers == answers


async def test_an_old_report_may_be_edited_without_an_answer_that_was_never_asked() -> None:
    async with stage(with_report(replace(REPORT, attributes={}))) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("e")
        await on.shows(ReportEdit)
        await on.reads("What is wrong? (needs an answer)")
        await on.write("!")
        await on.press("ctrl+s")
        await until(lambda: on.service.called("submit"))
        assert submitted(on).answers == {}
