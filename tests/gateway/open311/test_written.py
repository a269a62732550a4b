"""XML that no text gets out of, and the JSON beside it."""

import json
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from civictui.gateway.open311.written import as_xml, written

texts = st.text(st.characters(exclude_categories=["Cs"]))


def test_the_kinds_of_values() -> None:
    value: list[dict[str, Any]] = [
        {"metadata": True, "lat": -0.5, "keywords": None, "values": [], "code": "a&b"}
    ]
    assert as_xml("services", value).decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n<services><service><metadata>true</metadata>'
        "<lat>-0.5</lat><keywords/><values></values><code>a&amp;b</code></service></services>"
    )
    assert json.loads(written("json", "services", value)) == value


@given(st.lists(texts, max_size=5))
def test_any_text_is_one_text(values: list[str]) -> None:
    said = [{"description": value, "address": value} for value in values]
    root = ET.fromstring(as_xml("service_requests", said))  # noqa: S314 - our own
    assert [child.tag for child in root] == ["request"] * len(values)
    for element, value in zip(root, values, strict=True):
        assert [child.tag for child in element] == ["description", "address"]
        kept = "".join(c for c in value if _can_be_told(c))
        assert (element.findtext("address") or "") == kept


def _can_be_told(sign: str) -> bool:
    code = ord(sign)
    return sign in "\t\n\r" or (code >= 0x20 and code not in (0xFFFE, 0xFFFF))
