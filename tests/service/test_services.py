"""Categories from a real gateway to a terminal, and answers back: end to end over sockets."""

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.commands import serve_backing, serve_services
from civictui.domain.errors import StoreBusy, UsageError
from civictui.domain.model import Doc, Draft, GeoPoint, Report
from civictui.domain.model.answers import answers_of
from civictui.service import new_draft
from civictui.service.forms import checked
from tests.city_services import FILE, defined, services
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent


def write(site: Site, file: Path = FILE) -> int:
    """`civictui serve services FILE` on the site's folder."""
    parser = argparse.ArgumentParser()
    parser.set_defaults(json=False)
    serve_backing.register(parser)
    serve_services.register(parser.add_subparsers())
    options = parser.parse_args(["services", str(file), "--data-dir", str(site.folder)])
    return int(options.action(options))


@pytest.fixture
def with_categories(site: Site) -> Site:
    site.stop()
    write(site)
    site.start()
    return site


async def has_services(terminal: Terminal) -> bool:
    return bool(await terminal.service.reader.services())


async def test_categories_reach_a_terminal_and_answers_the_others(
    with_categories: Site, one: Terminal, two: Terminal
) -> None:
    watch, other = Watch(one), Watch(two)
    await one.service.sign_in("demo", PASSWORD)
    await two.service.sign_in("asha", PASSWORD)
    await watch.until(lambda: has_services(one))
    await other.until(lambda: has_services(two))
    assert await one.service.reader.services() == services()
    assert await one.service.reader.count() == 0
    answers = {"fault": "out", "pole": "1234"}
    draft = new_draft(one.clock, (), answers, description="Dark", category="Street Light")
    key = await one.service.submit(draft)
    await watch.until(lambda: all_sent(one))

    async def arrived() -> bool:
        return bool(await two.service.reader.rows([key]))

    await other.until(arrived)
    report = (await two.service.reader.report(key)).report
    assert report.category == "street-light"
    assert report.attributes == {"fault": "out", "pole": 1234}
    edit = await two.service.begin_edit(key)
    assert edit.answers == answers
    await two.service.submit(replace(edit, answers={**edit.answers, "pole": ""}))
    await other.until(lambda: all_sent(two))
    assert (await two.service.reader.report(key)).report.attributes == {"fault": "out"}


async def test_a_terminal_that_is_offline_asks_what_it_was_told(
    with_categories: Site, one: Terminal
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: has_services(one))
    await one.service.lock()
    with_categories.stop()
    await one.service.sign_in("demo", PASSWORD)
    assert await one.service.reader.services() == services()
    draft = new_draft(one.clock, description="Dark", category="street-light")
    with pytest.raises(UsageError, match="What is wrong with it"):
        await one.service.submit(draft)


async def test_a_report_with_a_categorys_name_is_like_one_with_its_code(
    with_categories: Site, one: Terminal
) -> None:
    watch, place = Watch(one), GeoPoint(40.5, -73.9)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: has_services(one))
    await one.store.writer.submit(Report(id="r", category="Street Light", point=place))
    (found,) = await one.service.nearby(place, "street-light")
    assert found.is_likely
    (other,) = await one.service.nearby(place, "graffiti")
    assert not other.is_likely


async def test_a_changed_file_reaches_those_who_are_signed_in(
    with_categories: Site, one: Terminal, tmp_path: Path
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: has_services(one))
    file = tmp_path / "services.json"
    file.write_text('[{"service_code": "graffiti", "service_name": "Paint"}]')
    with_categories.stop()
    await asyncio.to_thread(write, with_categories, file)
    with_categories.start()

    async def renamed() -> bool:
        offered = (await one.service.reader.services()).offered
        return [service.name for service in offered] == ["Paint"]

    await watch.until(renamed)
    light = (await one.service.reader.services()).coded("street-light")
    assert light is not None
    assert light.retired


def test_writing_while_it_is_served_says_what_to_do(site: Site) -> None:
    with pytest.raises(StoreBusy, match="A gateway serves this folder now") as refused:
        write(site)
    assert "Stop it" in refused.value.advice


def test_the_command_says_what_it_did(
    site: Site, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    site.stop()
    assert write(site) == 0
    assert capsys.readouterr().out == "8 written, 0 no longer offered, 0 as they were\n"
    file = tmp_path / "services.json"
    file.write_text('[{"service_code": "graffiti", "service_name": "Paint"}]')
    assert write(site, file) == 0
    assert capsys.readouterr().out == "1 written, 7 no longer offered, 0 as they were\n"


# --- what becomes of the answers ---


REQUIRED: Doc = {"code": "a", "required": True, "description": "Why?"}
CITY = services(defined("lamp", REQUIRED, {"code": "n", "datatype": "number"}), defined("tree"))


def draft_of(terminal_answers: dict[str, str], category: str = "lamp") -> Doc:
    draft = Draft(id="d", description="x", category=category, answers=terminal_answers)
    return dict(checked(draft, CITY).attributes)


def test_answers_of_the_category_left_are_not_sent() -> None:
    assert draft_of({"a": "x", "n": "3"}) == {"a": "x", "n": 3}
    assert draft_of({"a": "x", "n": "3"}, "tree") == {}
    assert draft_of({"a": "x", "gone": "3"}, "tree") == {"gone": "3"}


def test_a_required_answer_is_asked_for() -> None:
    with pytest.raises(UsageError, match="“Why\\?” needs an answer"):
        draft_of({"n": "3"})
    with pytest.raises(UsageError, match="“n” needs a number"):
        draft_of({"a": "x", "n": "three"})
    assert draft_of({}, "something else") == {}


def test_an_edit_leaves_what_it_did_not_touch_byte_for_byte() -> None:
    was = {"n": "3", "odd": {"deep": [1]}, "flag": True, "list": ["x", "y"], "blank": ""}
    before = Report(id="r", description="x", category="lamp", attributes=was)
    draft = Draft(
        id="d", description="y", category="lamp", report="r", base="1-a", answers=answers_of(was)
    )
    assert checked(draft, CITY, before).attributes == was
    changed = replace(draft, answers={**draft.answers, "n": "4"})
    assert checked(changed, CITY, before).attributes == {**was, "n": 4}
    older = replace(draft, answers={})
    assert checked(older, CITY, before).attributes == was
    left = replace(draft, category="tree")
    assert "n" not in checked(left, CITY, before).attributes
    assert checked(left, CITY, before).attributes["odd"] == {"deep": [1]}


def test_an_edit_may_not_take_a_required_answer_away() -> None:
    before = Report(id="r", description="x", category="lamp", attributes={"a": "x"})
    draft = Draft(
        id="d", description="y", category="lamp", report="r", base="1-a", answers={"a": ""}
    )
    with pytest.raises(UsageError, match="needs an answer"):
        checked(draft, CITY, before)
    moved = replace(before, category="", attributes={})
    with pytest.raises(UsageError, match="needs an answer"):
        checked(replace(draft, answers={}), CITY, moved)
