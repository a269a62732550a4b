"""The category: its first letters and Enter; nobody's own words are replaced unasked."""

from civictui.domain.model import Report
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.category_field import NOT_OFFERED, CategoryField
from tests.city_services import services
from tests.fakes import FakeService
from tests.screens.form_stage import begin, fill, focused, remark, says, value
from tests.stage import Stage, stage, until


def city() -> FakeService:
    """Street Light and others, of the city of the tests."""
    service = FakeService()
    service.reader.city = services()
    return service


async def in_category(on: Stage) -> CategoryField:
    await begin(on)
    field = on.find(CategoryField)
    await until(lambda: field.placeholder)
    await on.press("tab")
    return field


async def test_the_first_letters_and_enter_take_a_category_and_go_on() -> None:
    async with stage(city()) as on:
        field = await in_category(on)
        await on.write("str")
        await says(on, "category", "Enter: Street Light")
        await on.press("enter")
        assert (field.value, field.category) == ("Street Light", "street-light")
        await until(lambda: focused(on) == "answer-1")


async def test_typed_in_one_go_it_is_the_same() -> None:
    async with stage(city()) as on:
        field = await in_category(on)
        await on.press(*"str", "enter")
        assert field.category == "street-light"


async def test_tab_goes_on_with_what_is_written() -> None:
    async with stage(city()) as on:
        field = await in_category(on)
        await on.press(*"str", "tab")
        assert (field.category, focused(on)) == ("str", "photo")


async def test_what_is_none_of_the_city_s_is_kept_by_enter_too() -> None:
    async with stage(city()) as on:
        field = await in_category(on)
        await on.press(*"qqq", "enter")
        assert (field.category, focused(on)) == ("qqq", "photo")
        assert remark(on, "category") == NOT_OFFERED


async def test_what_a_report_has_stays_where_enter_only_goes_on() -> None:
    service = city()
    service.reader.add(Report(id="r1", description="Dark", category="Str"))
    async with stage(service) as on:
        await on.press("enter", "e")
        await on.shows(ReportEdit)
        await until(lambda: on.find(CategoryField).placeholder)
        await on.press("tab", "enter")
        assert value(on, "category") == "Str"
        await fill(on, category="stre")
        await on.press("enter")
        assert value(on, "category") == "Street Light"


async def test_the_words_for_the_keys_follow_the_keymap() -> None:
    async with stage(city()) as on:
        on.app.set_keymap({"category.next": "ctrl+n"})
        await on.press("n")
        await on.shows(ReportNew)
        await until(lambda: "^N" in on.find(CategoryField).placeholder)
