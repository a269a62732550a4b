"""A table and a city, both ways: what either side says reaches the other, and nothing is lost."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from civictui.sql.mapping import TableMapping
from tests.sql.table import (
    does,
    make_table,
    mapping_for,
    replicate,
    report,
    rows,
    winners,
)
from tests.sync.memory import MemoryEndpoint


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/works.db"


@pytest.fixture
def works(url: str) -> sa.Engine:
    return make_table(url)


@pytest.fixture
def mapping(url: str, works: sa.Engine) -> TableMapping:
    return mapping_for(url)


NEW = "INSERT INTO work_orders (summary, state, crew) VALUES (:summary, :state, 'red')"
POINT = {"type": "Point", "coordinates": [151.2, -33.8]}


async def test_a_report_becomes_a_row_and_a_row_becomes_a_report(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    at = "2026-11-23T08:00:00.000Z"
    city.make("r1", report("Lamp out", status="open", geoLocation=POINT, reportedDateTime=at))
    does(works, NEW, summary="Bench broken", state="WAIT")
    done = await replicate(mapping, city)
    assert done.problems == {}
    by_text = {row["summary"]: row for row in rows(works)}
    lamp, bench = by_text["Lamp out"], by_text["Bench broken"]
    assert (lamp["civic_id"], lamp["state"], lamp["lon"], lamp["lat"]) == (
        "r1",
        "NEW",
        151.2,
        -33.8,
    )
    assert str(lamp["reported"]).startswith("2026-11-23 08:00:00")
    assert lamp["cost"] == 7.5
    made = winners(city)[bench["civic_id"]]
    assert made["problemDescription"] == "Bench broken"
    assert (made["reportedBy"], made["category"], made["crew"]) == ("works", "lamp", "red")
    assert bench["state"] == "WAIT"  # it means what the report says, so it stays


async def test_a_second_round_does_nothing(works: sa.Engine, mapping: TableMapping) -> None:
    city = MemoryEndpoint("city")
    city.make("r1", report("Lamp out"))
    does(works, NEW, summary="Bench broken", state="NEW")
    await replicate(mapping, city)
    before, order = rows(works), list(city.order)
    done = await replicate(mapping, city)
    assert (done.to_table, done.to_city) == (0, 0)
    assert (rows(works), city.order) == (before, order)


async def test_a_status_of_the_table_is_an_update_that_is_in_force(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    city.make("r1", report("Lamp out", status="open"))
    await replicate(mapping, city)
    does(works, "UPDATE work_orders SET state = 'DONE'")
    await replicate(mapping, city)
    (update,) = [doc for doc in winners(city).values() if doc["type"] == "update"]
    assert (update["report"], update["status"], update["reportedBy"]) == ("r1", "fixed", "works")
    again = {"type": "update", "report": "r1", "status": "open", "reportedBy": "asha"}
    city.make("u2", {**again, "reportedDateTime": "2099-01-01T00:00:00Z"})
    await replicate(mapping, city)
    assert rows(works)[0]["state"] == "NEW"


async def test_changes_of_other_fields_on_both_sides_are_merged(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out", address="1 George St"))
    await replicate(mapping, city)
    city.make("r1", report("Lamp out, sparks", address="1 George St"), first)
    does(works, "UPDATE work_orders SET street = '3 George St'")
    done = await replicate(mapping, city)
    assert done.contested == 0
    doc = winners(city)["r1"]
    assert (doc["problemDescription"], doc["address"]) == ("Lamp out, sparks", "3 George St")
    assert [(row["summary"], row["street"]) for row in rows(works)] == [
        ("Lamp out, sparks", "3 George St")
    ]
    assert city.trees["r1"].conflicts() == []


async def test_a_clash_is_left_to_a_person_and_nothing_is_overwritten(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out"))
    await replicate(mapping, city)
    theirs = city.make("r1", report("Lamp flickers"), first)
    does(works, "UPDATE work_orders SET summary = 'Lamp stolen'")
    done = await replicate(mapping, city)
    assert done.contested == 1
    assert rows(works)[0]["summary"] == "Lamp stolen"
    leaves = city.trees["r1"].leaves()
    said = {city.bodies["r1", leaf]["problemDescription"] for leaf in leaves}
    assert said == {"Lamp flickers", "Lamp stolen"}
    # somebody settles it on a terminal
    (ours,) = [leaf for leaf in leaves if leaf != theirs]
    settled = report("Lamp stolen, it had flickered")
    city.make("r1", settled, theirs)
    city._take("r1", [f"3-{'0' * 32}", *city.trees["r1"].ancestry(ours)], {}, deleted=True)
    done = await replicate(mapping, city)
    assert done.contested == 0
    assert rows(works)[0]["summary"] == "Lamp stolen, it had flickered"


async def test_withdrawals_go_both_ways(works: sa.Engine, mapping: TableMapping) -> None:
    city = MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out"))
    city.make("r2", report("Bench broken"))
    await replicate(mapping, city)
    city._take("r1", [f"2-{'0' * 32}", first], {"withdrawnBy": "asha"}, deleted=True)
    does(works, "DELETE FROM work_orders WHERE civic_id = 'r2'")
    done = await replicate(mapping, city)
    assert (rows(works), winners(city), done.contested) == ([], {}, 0)
    assert city.bodies["r2", city.trees["r2"].winner()]["withdrawnBy"] == "works"


async def test_an_edit_against_a_row_that_is_gone_is_asked(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out"))
    await replicate(mapping, city)
    city.make("r1", report("Lamp out again"), first)
    does(works, "DELETE FROM work_orders")
    done = await replicate(mapping, city)
    assert done.contested == 1
    assert rows(works) == []
    assert winners(city)["r1"]["problemDescription"] == "Lamp out again"


async def test_many_rows_that_go_at_once_withdraw_nothing(works: sa.Engine, url: str) -> None:
    city = MemoryEndpoint("city")
    mapping = mapping_for(url, deletes={"most": 2})
    for i in range(3):
        city.make(f"r{i}", report(f"Lamp {i}"))
    await replicate(mapping, city)
    does(works, "DELETE FROM work_orders")
    done = await replicate(mapping, city)
    assert "3 rows are gone" in done.problems["table"]
    assert len(winners(city)) == 3
    await replicate(mapping, city, all_gone=True)
    assert winners(city) == {}


async def test_what_does_not_fit_is_told_and_holds_nothing_up(
    works: sa.Engine, mapping: TableMapping
) -> None:
    city = MemoryEndpoint("city")
    city.make("r1", report("not here"))
    city.make("r2", report("Lamp out", status="on fire"))
    city.make("r3", report("Bench broken"))
    does(works, NEW, summary="", state="NEW")
    does(works, NEW, summary="Kerb", state="LOST")
    does(works, NEW, summary="Tree down", state="NEW")
    done = await replicate(mapping, city)
    assert sorted(done.problems) == ["r1", "r2", "row 1", "row 2"]
    assert "on fire" in done.problems["r2"]
    assert "LOST" in done.problems["row 2"]
    assert {row["summary"] for row in rows(works) if row["civic_id"]} == {
        "Bench broken",
        "Tree down",
    }
    does(works, "UPDATE work_orders SET state = 'NEW', summary = 'Kerb' WHERE civic_id IS NULL")
    again = await replicate(mapping, city)
    assert sorted(again.problems) == ["r1", "r2"]
    assert len(winners(city)) == 6


async def test_a_refused_document_is_offered_again(works: sa.Engine, mapping: TableMapping) -> None:
    city = MemoryEndpoint("city")
    does(works, NEW, summary="Tree down", state="NEW")
    await replicate(mapping, MemoryEndpoint("other"))
    key = rows(works)[0]["civic_id"]
    city.refuse[key] = "not today"
    for _ in range(2):
        done = await replicate(mapping, city)
        assert done.problems == {key: "refused: not today"}
    city.refuse.clear()
    assert (await replicate(mapping, city)).problems == {}
    assert list(winners(city)) == [key]


async def test_only_rows_with_another_mark_are_read(works: sa.Engine, url: str) -> None:
    city = MemoryEndpoint("city")
    does(works, "ALTER TABLE work_orders ADD version INTEGER")
    table = {"name": "work_orders", "key": "id", "document": "civic_id", "changed": "version"}
    mapping = mapping_for(url, table=table)
    city.make("r1", report("Lamp out"))
    await replicate(mapping, city)
    does(works, "UPDATE work_orders SET street = 'unseen'")
    await replicate(mapping, city)
    assert "address" not in winners(city)["r1"]
    does(works, "UPDATE work_orders SET version = 2")
    await replicate(mapping, city)
    assert winners(city)["r1"]["address"] == "unseen"
