"""The file with a city's categories: what it makes, and what is wrong with it in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import UsageError
from civictui.domain.model import Kind, Service
from civictui.gateway.services_file import definitions_of, read_definitions
from tests.city_services import FILE

LIST = {"datatype": "singlevaluelist", "values": [{"key": "a", "name": "An a"}, {"key": "b"}]}


def made(*attributes: Any, **members: Any) -> list[dict[str, Any]]:
    service = {"service_code": "lamp", "service_name": "Lamp", **members}
    if attributes:
        service["attributes"] = list(attributes)
    return definitions_of(json.dumps([service]).encode())


def test_the_sample_is_read_as_it_is_written() -> None:
    docs = read_definitions(FILE)
    assert [doc["_id"] for doc in docs][:2] == ["service:graffiti", "service:abandoned-vehicle"]
    light = Service.from_doc(next(doc for doc in docs if doc["service_code"] == "street-light"))
    assert light
    assert [(q.code, q.kind, q.required, q.asked) for q in light.questions] == [
        ("note", Kind.STRING, False, False),
        ("fault", Kind.ONE, True, True),
        ("pole", Kind.NUMBER, False, True),
    ]
    assert light.keywords == ("lamp", "lantern", "dark", "pole")


def test_the_list_alone_and_geo_reports_own_members_will_do() -> None:
    (doc,) = made({"code": "q", "description": "Why?", **LIST}, metadata=True, type="realtime")
    assert doc["type"] == "service"
    assert "metadata" not in doc
    (question,) = doc["attributes"]
    assert question["order"] == 1
    assert question["values"][1] == {"key": "b", "name": "b"}


@pytest.mark.parametrize(
    ("attributes", "members", "words"),
    [
        ([], {"service_code": ""}, "service 1 has no text as `service_code`"),
        ([], {"service_code": "a\u202eb"}, "signs that no one sees"),
        ([], {"service_name": 3}, "service lamp has no text as `service_name`"),
        ([], {"nmae": 3}, "a member `nmae`, which nothing reads"),
        ([], {"attributes": {}}, "the attributes are no list"),
        ([], {"keywords": [1]}, "`keywords` that are no list of texts"),
        ([{"code": "q"}], {}, "service lamp: attribute 1 has no text as `description`"),
        ([{"code": "q", "description": "x", "datatype": "int"}], {}, "none of string, text"),
        ([{"code": "q", "description": "x", "values": [{"key": "a"}]}], {}, "`values` without"),
        ([{"code": "q", "description": "x", **LIST, "values": []}], {}, "or none for one"),
        ([{"code": "q", "description": "x", "required": "yes"}], {}, "neither true nor false"),
        ([{"code": "q", "description": "x", "order": 1.5}], {}, "no whole number"),
        ([{"code": "q", "description": "x"}] * 2, {}, "attribute 2 has the code of another one"),
        ([{"code": "q", "description": "x" * 1001}], {}, "of more than 1000 characters"),
        (["q"], {}, "attribute 1 is no object"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(attributes: Any, members: Any, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        made(*attributes, **members)
    assert words in str(refused.value)
    assert "nothing was written" in refused.value.advice


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 100, b'{"services": 1}'])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        definitions_of(content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json cannot be read: No such file"):
        read_definitions(tmp_path / "none.json")
