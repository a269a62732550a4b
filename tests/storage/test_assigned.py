"""Reports by the user to whom they are assigned."""

from civictui.domain.model import Query, Report
from civictui.storage.report_index import ReportIndex


def doc(key: str, assignee: object = None, said: str = "Lamp out") -> dict[str, object]:
    body: dict[str, object] = {"_id": key, "type": "report", "problemDescription": said}
    return body if assignee is None else {**body, "assignee": assignee}


def found(index: ReportIndex, who: str, text: str = "") -> set[str]:
    return set(index.find(Query(assigned=who, text=text)))


def test_only_those_of_one_user_are_found() -> None:
    index = ReportIndex()
    index.begin([("a", doc("a", "asha")), ("b", doc("b", "demo")), ("c", doc("c"))])
    index.observe("d", doc("d", "asha", "A leak"))
    assert found(index, "asha") == {"a", "d"}
    assert found(index, "asha", "leak") == {"d"}
    assert found(index, "nobody") == set()
    assert len(index.find(Query())) == 4


def test_an_assignment_moves_and_ends_with_its_report() -> None:
    index = ReportIndex()
    index.observe("a", doc("a", "asha"))
    index.observe("a", doc("a", "demo"))
    assert (found(index, "asha"), found(index, "demo")) == (set(), {"a"})
    for number in range(3000):  # until the index gives all numbers anew
        index.observe("b", doc("b", "demo", str(number)))
    assert found(index, "demo") == {"a", "b"}
    index.observe("a", None)
    assert found(index, "demo") == {"b"}


def test_a_field_of_another_type_is_nobody() -> None:
    index = ReportIndex()
    index.observe("a", doc("a", ["asha"]))
    assert found(index, "asha") == set()
    assert list(index.newest()) == ["a"]


def test_the_field_is_read_and_written() -> None:
    report = Report.from_doc(doc("a", "asha"))
    assert report.assignee == "asha"
    assert report.to_doc()["assignee"] == "asha"
    assert "assignee" not in Report(id="a").to_doc()
    assert "assignee" not in report.extra
