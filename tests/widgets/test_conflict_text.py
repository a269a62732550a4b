"""What two versions say, in words."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.merge import Conflict, Side, Version
from civictui.domain.model import Choice, Kind, Question, Service, Services
from civictui.widgets.conflict_text import NEITHER, NO_CLASH, blocks, title, who
from civictui.widgets.group_text import GroupText
from tests.disputes import clash, mine, of_others, theirs, withdrawn, without_a_clash

PLACE = {"geoLocation": {"type": "Point", "coordinates": [77.79, 13.08]}}
PHOTO = {"large": f"{'a' * 64}.jpg", "thumbnail": "t.jpg", "bytes": 231_000, "caption": "east"}


def drawn(conflict: Conflict, choices: dict[str, Side] | None = None, width: int = 60) -> list[str]:
    found = blocks(conflict, choices or {}, "demo")
    lines = [line for block in found for line in block.draw(width)]
    assert {line.cell_len for line in lines} == {width}
    return [line.plain.rstrip() for line in lines]


@pytest.mark.parametrize(
    ("group", "fields", "said"),
    [
        ("problemDescription", {"problemDescription": "a\nb"}, "a\nb"),
        ("category", {}, "(nothing)"),
        ("place", PLACE, "13.080000, 77.790000"),
        ("place", {**PLACE, "location": {"source": "gps"}}, "13.080000, 77.790000, gps"),
        ("place", {"geoLocation": "nonsense", "location": 7}, "(nothing)"),
        ("address", {"address": "1 Main St", "addressSource": "typed"}, "1 Main St"),
        ("address", {"addressSource": "typed"}, "(nothing)"),
        ("photos", {"photos": [PHOTO], "picture": {}}, "aaaaaaaaaaaa, 231 kB, east"),
        ("photos", {"photos": []}, "(nothing)"),
        ("clock", {"clock": {"offset": 1.5}}, '{"offset": 1.5}'),
        ("x", {"x": "a\x1b[31mb"}, "ab"),
    ],
)
def test_a_group_of_fields_is_said_for_a_person(
    group: str, fields: dict[str, Any], said: str
) -> None:
    assert GroupText().saying(group, fields) == said


def test_unknown_fields_have_their_own_name_cleaned() -> None:
    label = GroupText().label
    assert label("problemDescription") == "Description"
    assert label("depth\x1b[2J\n of hole") == "depth of hole"


def test_who_made_a_version_is_said_as_far_as_it_is_known() -> None:
    assert who(mine(), "demo").startswith("changed by you, 2026-11-23")
    assert who(theirs(), "demo").startswith("changed by asha")
    assert who(Version("2-a", None, "asha"), "demo") == "withdrawn by asha"
    assert who(Version("1-a", {"reportedBy": "ravi"}), "demo") == "changed by ravi"
    assert who(Version("1-a", None), "demo") == "withdrawn by somebody"


def test_the_title_is_that_of_the_version_that_lives() -> None:
    assert title(clash()) == title(withdrawn()) == "The lamp is out at the crossing"


def test_what_was_put_together_from_both_sides_says_so() -> None:
    other = {**PHOTO, "large": "b.jpg"}
    conflict = Conflict(
        "r1",
        mine(category="lamp", photos=[PHOTO], picture={}, status="done"),
        theirs(category="light2", photos=[other], picture={}),
        {**theirs().body, "category": "light", "photos": [], "picture": {}},  # type: ignore[dict-item]
    )
    lines = drawn(conflict)
    (photos,) = (line for line in lines if line.strip().startswith("Photos"))
    assert photos.endswith("from both")
    (status,) = (line for line in lines if line.strip().startswith("Status"))
    assert status.endswith("from mine")
    assert "    done" in lines


def test_nothing_is_called_mine_that_is_not() -> None:
    lines = drawn(of_others(), {"problemDescription": Side.MINE}, 100)
    assert not any("mine" in line and '"mine"' not in line for line in lines)
    heads = [line.split()[0] for line in lines[1:3]]
    assert heads == ["shown", "other"]
    assert lines[3] == NEITHER
    (question,) = (line for line in lines if line.startswith("✓ Description"))
    assert question.endswith("shown is taken")
    assert "* shown     by asha" in lines
    (address,) = (line for line in lines if line.strip().startswith("Address"))
    assert address.endswith("from shown")
    assert NEITHER not in drawn(clash(), width=100)


def test_between_a_withdrawal_and_a_change_of_others_nothing_is_mine_either() -> None:
    lines = drawn(replace(of_others(), theirs=Version("2-c", None, "ravi")), width=100)
    assert "other       the report goes: withdrawn by ravi" in lines
    assert NEITHER in lines


def test_that_nothing_clashes_is_said() -> None:
    lines = drawn(without_a_clash())
    assert NO_CLASH in lines
    assert NO_CLASH not in drawn(clash())


@pytest.mark.parametrize("width", [20, 38, 78, 198])
@pytest.mark.parametrize(
    "conflict", [clash(), clash(before=None), withdrawn(), of_others(), without_a_clash()]
)
def test_every_line_has_the_width_it_was_asked_for(conflict: Conflict, width: int) -> None:
    assert drawn(conflict, {"": Side.THEIRS, "category": Side.MINE}, width)


def test_the_city_s_own_words_stand_for_its_codes() -> None:
    depth = Question(
        code="d", text="How deep?", kind=Kind.ONE, choices=(Choice("1", "a hand"),), required=False
    )
    city = Services((Service(code="017", name="Pothole", questions=(depth,)),))
    text = GroupText(city, ({"category": "017"}, None))
    assert text.saying("category", {"category": "017"}) == "Pothole"
    assert text.saying("category", {"category": "elsewhere"}) == "elsewhere"
    assert text.label("attributes.d") == "How deep?"
    assert text.label("attributes.x") == "Answer x"
    assert text.saying("attributes.d", {"attributes": {"d": "1"}}) == "a hand"
    assert GroupText(city).label("attributes.d") == "Answer d"
