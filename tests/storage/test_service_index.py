"""The definitions that a store has, whatever came in whatever order, at once and after opening."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import Doc
from civictui.storage.documents import Documents
from civictui.storage.report_index import ReportIndex
from civictui.storage.service_index import ServiceIndex
from tests.city_services import defined, documents, services
from tests.storage.stores import new_store, submit

BODIES = st.sampled_from(
    [
        None,
        {"type": "service", "service_code": "a"},
        {"type": "service", "service_code": "b", "category": 3, "geoLocation": "nowhere"},
        {"type": "service"},
        {"type": "report", "problemDescription": "x"},
        {"type": 3},
    ]
)
STEPS = st.lists(st.tuples(st.sampled_from("xyz"), BODIES), max_size=12)


@given(STEPS)
def test_it_has_what_is_of_that_type_now(steps: list[tuple[str, Doc | None]]) -> None:
    there: dict[str, Doc] = {}
    reports = ReportIndex()
    index = ServiceIndex(reports)
    for key, body in steps:
        index.observe(key, body)
        there.pop(key, None)
        if body is not None:
            there[key] = body
    found = [doc for _, doc in sorted(there.items()) if doc.get("type") == "service"]
    assert index.read(there.get) == (services(*found) if found else services({}))
    assert len(reports) == sum(doc.get("type") == "report" for doc in there.values())


def revised(doc: Doc, rev: str = "1-a") -> Doc:
    return {**doc, "_rev": rev}


def test_a_store_knows_its_definitions_also_when_it_is_opened_again(tmp_path: Path) -> None:
    store = new_store(tmp_path / "a")
    store.take_in([revised(doc) for doc in documents()])
    submit(store, photo=False)
    assert store.services() == services()
    assert store.count() == 1
    again = ServiceIndex(ReportIndex())
    documents_again = Documents(store._database, again)
    assert again.read(documents_again.get) == services()
    store.close()


def test_a_definition_in_two_versions_is_no_ones_conflict_here(tmp_path: Path) -> None:
    store = new_store(tmp_path / "b")
    store.take_in([revised(defined("lamp")), revised(defined("lamp", group="Streets"), "1-b")])
    assert store.conflicts() == []
    assert store.merge() == 0
    assert [service.group for service in store.services()] == ["Streets"]
    store.close()
