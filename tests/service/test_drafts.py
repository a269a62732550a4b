"""Which draft is being written is known after any end; a template has the words alone."""

from pathlib import Path

import pytest

from civictui.domain.errors import NotFound
from civictui.domain.model import Draft, GeoPoint, Report
from civictui.service import new_draft
from civictui.service.drafts import asked_still
from tests.city_services import services
from tests.site import PASSWORD, Terminal


async def enter(terminal: Terminal) -> None:
    await terminal.service.sign_in("demo", PASSWORD)


async def written(terminal: Terminal, words: str) -> Draft:
    draft = new_draft(terminal.clock, description=words, at_field="description", at_offset=2)
    await terminal.service.at_work_on(draft.id)
    await terminal.service.save_draft(draft)
    return draft


async def test_the_draft_that_was_being_written_is_found_in_a_store_opened_again(
    one: Terminal,
) -> None:
    await enter(one)
    assert await one.service.unfinished() is None
    other = await written(one, "another")
    draft = await written(one, "hole")
    await one.service.lock()
    await enter(one)
    found = await one.service.unfinished()
    assert found is not None
    assert (found.id, found.at_field, found.at_offset) == (draft.id, "description", 2)
    await one.service.at_work_on(other.id)
    found = await one.service.unfinished()
    assert found is not None
    assert found.description == "another"


async def test_a_draft_that_was_left_or_became_a_report_is_not(one: Terminal) -> None:
    await enter(one)
    await written(one, "left")
    await one.service.at_work_on("")
    assert await one.service.unfinished() is None
    draft = await written(one, "hole")
    await one.service.submit(draft)
    assert await one.service.unfinished() is None


async def test_to_say_the_same_again_writes_nothing(one: Terminal, tmp_path: Path) -> None:
    await enter(one)
    draft = await written(one, "hole")
    logs = {log: log.stat().st_size for log in tmp_path.rglob("log.*")}
    await one.service.at_work_on(draft.id)
    assert logs
    assert all(log.stat().st_size == size for log, size in logs.items())


LIKE = Report(
    id="r1",
    description="Dark\x1b[2J",
    category="street-light",
    address="1 Main St",
    point=GeoPoint(37.78, -122.41),
    attributes={"fault": "out", "pole": 12, "asset": "A-7"},
)


async def test_a_template_has_the_words_and_nothing_of_the_place(one: Terminal) -> None:
    await enter(one)
    await one.store.writer.submit(LIKE)
    draft = await one.service.template("r1")
    assert draft == Draft(id=draft.id, description="Dark\x1b[2J", category="street-light")
    assert draft.id != "r1"
    with pytest.raises(NotFound):
        await one.service.template("nobody")


def test_of_the_answers_it_has_those_that_the_category_asks_for() -> None:
    assert asked_still(LIKE, services().called("Street Light")) == {"fault": "out", "pole": "12"}
    assert asked_still(LIKE, None) == {}
