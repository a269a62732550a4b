"""The address of a report that waited for one: persons before geocoders, and of the right place."""

from typing import Any

import pytest

from civictui.domain.merge import both_said, is_filled_in, merge
from civictui.domain.model import Doc

HERE: Doc = {"type": "Point", "coordinates": [2.0, 1.0]}
ELSEWHERE: Doc = {"type": "Point", "coordinates": [2.5, 1.5]}
BEFORE: Doc = {
    "type": "report",
    "problemDescription": "Lamp out",
    "geoLocation": HERE,
    "addressSource": "pending",
}


def version(address: str = "", source: str = "", **fields: Any) -> Doc:
    kept = {name: value for name, value in BEFORE.items() if name != "addressSource"}
    said = {"address": address, "addressSource": source} if address else {}
    return {**kept, **said, **fields}


ASKED = version("7 Main St", "geocoder")
NOTHING = version()
TYPED = version("By the mill", "typed")
PROPOSED = version("Oakland, CA, US", "offline")
MOVED: Doc = {**BEFORE, "geoLocation": ELSEWHERE}


@pytest.mark.parametrize(
    ("one", "other", "address"),
    [
        (ASKED, TYPED, "By the mill"),
        (NOTHING, TYPED, "By the mill"),
        (ASKED, PROPOSED, "Oakland, CA, US"),
        (ASKED, NOTHING, "7 Main St"),
        (ASKED, version("7, Main St", "geocoder"), "7, Main St"),
        (ASKED, MOVED, None),
        (NOTHING, MOVED, None),
        (version("9 Elm St", "geocoder", geoLocation=ELSEWHERE), ASKED, "9 Elm St"),
        (version("9 Elm St", "geocoder", geoLocation=ELSEWHERE), BEFORE, "9 Elm St"),
        (version("By the mill", "typed", geoLocation=ELSEWHERE), ASKED, "By the mill"),
        (ASKED, {**BEFORE, "problemDescription": "Two lamps"}, "7 Main St"),
    ],
)
def test_who_is_right_about_it(one: Doc, other: Doc, address: str | None) -> None:
    found = merge(BEFORE, one, other)
    assert found.clashing == ()
    assert found.body.get("address") == address
    assert (found.body.get("addressSource") == "pending") == (address is None)
    assert merge(BEFORE, other, one) == found


def test_two_persons_are_asked() -> None:
    other = version("At the bridge", "typed")
    assert merge(BEFORE, TYPED, other).clashing == ("address",)
    assert merge(BEFORE, TYPED, TYPED).clashing == ()


def test_an_address_that_nobody_waited_for_is_like_any_other() -> None:
    before = version("1 Elm St", "typed")
    assert merge(before, ASKED, TYPED).clashing == ("address",)


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        (ASKED, True),
        ({**ASKED, "edited": {"by": "asha", "at": "2026"}}, True),
        (NOTHING, True),
        (BEFORE, False),
        (TYPED, False),
        ({**ASKED, "problemDescription": "Two lamps"}, False),
    ],
)
def test_what_nobody_wrote_a_word_of(body: Doc, filled: bool) -> None:
    assert is_filled_in(BEFORE, body) is filled


def test_two_remarks_of_one_name_are_one_with_the_words_of_both() -> None:
    said: Doc = {"type": "update", "report": "r", "text": "one", "photos": [{"large": "a"}]}
    other: Doc = {"type": "update", "report": "r", "text": "two", "photos": [{"large": "b"}]}
    both = both_said(said, other)
    assert both == both_said(other, said)
    assert set(both["text"].split("\n\n")) == {"one", "two"}
    assert {photo["large"] for photo in both["photos"]} == {"a", "b"}
    assert both_said(both, other)["text"] == both["text"]
    assert both_said({**said, "photos": 3}, {**other, "text": None})["text"] == "one"


def test_of_two_updates_of_one_name_the_later_says_what_is_in_force() -> None:
    early: Doc = {"type": "update", "report": "r", "text": "", "status": "closed", "assignee": "b"}
    early["reportedDateTime"] = "2026-05-04T12:00:00Z"
    late = {**early, "reportedDateTime": "2026-05-04T15:00:00+02:00", "status": "open"}
    del late["assignee"]
    both = both_said(early, late)
    assert both == both_said(late, early) == {**late, "assignee": "b"}
    unread = {**early, "reportedDateTime": "soon", "status": "odd"}
    assert both_said(unread, late)["status"] == "open"
