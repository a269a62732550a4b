"""Three versions make one, the same for whoever merges; what clashes is asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.merge import Conflict, Side, Version, groups, merge
from civictui.domain.model import Doc

BASE: Doc = {
    "type": "report",
    "reportedBy": "asha",
    "problemDescription": "A hole",
    "address": "1 Main St",
    "status": "open",
    "photos": [],
}
FIELDS = ("problemDescription", "address", "status", "category", "note")
bodies = st.fixed_dictionaries({}, optional={name: st.sampled_from("abc") for name in FIELDS})


def edited(**fields: Any) -> Doc:
    return {**BASE, **fields}


def photo(key: str, caption: str = "") -> Doc:
    return {"large": f"{key}.jpg", "thumbnail": f"{key}-t.jpg", "caption": caption}


def test_disjoint_fields_come_together() -> None:
    found = merge(BASE, edited(status="closed"), edited(address="2 Main St", note="new"))
    assert found.clashing == ()
    assert found.body == edited(status="closed", address="2 Main St", note="new")


def test_the_same_field_changed_differently_clashes() -> None:
    found = merge(BASE, edited(status="closed"), edited(status="fixed", address="2 Main St"))
    assert found.clashing == ("status",)
    assert found.body == edited(status="closed", address="2 Main St")


def test_the_same_change_on_both_sides_is_settled() -> None:
    found = merge(BASE, edited(status="closed"), edited(status="closed"))
    assert found == merge(BASE, edited(status="closed"), BASE)
    assert found.clashing == ()


def test_a_field_that_was_taken_away_stays_away() -> None:
    without = {name: value for name, value in BASE.items() if name != "address"}
    assert "address" not in merge(BASE, without, edited(status="closed")).body
    assert merge(BASE, without, edited(address="3 Main St")).clashing == ("address",)


def test_a_place_and_how_it_was_measured_belong_together() -> None:
    one = edited(geoLocation={"type": "Point", "coordinates": [1, 2]}, location={"source": "gps"})
    other = edited(location={"source": "typed"})
    assert merge(BASE, one, other).clashing == ("place",)
    assert merge(BASE, one, edited(addressSource="typed")).clashing == ()


def test_the_later_edit_is_the_last_one() -> None:
    early = edited(status="closed", edited={"by": "asha", "at": "2026-01-01T00:00:00Z"})
    late = edited(address="2", edited={"by": "bo", "at": "2026-01-02T00:00:00Z"})
    assert merge(BASE, early, late).body["edited"]["by"] == "bo"
    assert merge(BASE, late, early).body == merge(BASE, early, late).body


def test_without_the_ancestor_every_difference_clashes() -> None:
    found = merge(None, edited(status="closed", note="a"), edited(status="closed", note="b"))
    assert found.clashing == ("note",)


def test_photos_of_both_sides_stay() -> None:
    base = edited(photos=[photo("a"), photo("b")], picture={"large": "a.jpg", "thumbnail": "t"})
    one = {**base, "photos": [photo("a"), photo("b"), photo("d")]}
    other = {**base, "photos": [photo("b"), photo("c")]}
    found = merge(base, one, other)
    assert found.clashing == ()
    assert found.body["photos"] == [photo("b"), photo("c"), photo("d")]
    assert found.body["picture"] == {"large": "b.jpg", "thumbnail": "b-t.jpg"}
    assert merge(base, other, one).body == found.body


def test_a_photo_that_one_captioned_and_one_took_away_is_asked() -> None:
    base = edited(photos=[photo("a")])
    one, other = edited(photos=[photo("a", "from the left")]), edited(photos=[])
    assert merge(base, one, other).clashing == ("photos",)
    assert merge(base, one, edited(photos=[photo("a", "from the right")])).clashing == ("photos",)


@pytest.mark.parametrize("odd", ["x", [1], [photo("a"), photo("a")], {"large": "a"}, None])
def test_photos_that_are_none_are_asked(odd: Any) -> None:
    one, other = edited(photos=odd), edited(photos=[photo("b")])
    assert merge(BASE, one, other).clashing == ("photos",)


@given(bodies, bodies, bodies)
def test_who_merges_does_not_matter(base: Doc, one: Doc, other: Doc) -> None:
    there, back = merge(base, one, other), merge(base, other, one)
    assert set(there.clashing) == set(back.clashing)
    if not there.clashing:
        assert there.body == back.body


@given(bodies, bodies, bodies)
def test_no_change_is_lost_in_silence(base: Doc, one: Doc, other: Doc) -> None:
    found = merge(base, one, other)
    for side in (one, other):
        for name, fields in {**groups(base), **groups(side)}.items():
            changed = groups(side).get(name) != groups(base).get(name)
            taken = groups(found.body).get(name) == groups(side).get(name)
            assert not changed or taken or name in found.clashing, (name, fields)


# --- what a person chooses -----------------------------------------------------------------------


def conflict(mine: Doc | None, theirs: Doc | None, before: Doc | None = BASE) -> Conflict:
    return Conflict("r1", Version("2-a", mine, "asha"), Version("2-b", theirs, "bo"), before)


def test_differences_name_what_each_says() -> None:
    found = conflict(edited(status="closed", note="n"), edited(status="fixed")).differences()
    clash, settled = found
    assert (clash.group, clash.mine, clash.theirs, clash.before, clash.clashing) == (
        "status", {"status": "closed"}, {"status": "fixed"}, {"status": "open"}, True,
    )  # fmt: skip
    assert (settled.group, settled.theirs, settled.clashing) == ("note", {}, False)


@pytest.mark.parametrize(
    ("side", "status"), [(Side.MINE, "closed"), (Side.THEIRS, "fixed"), (Side.BEFORE, "open")]
)
def test_a_choice_holds_and_the_rest_is_merged(side: Side, status: str) -> None:
    asked = conflict(edited(status="closed"), edited(status="fixed", note="theirs"))
    assert asked.settled({"status": side}) == edited(status=status, note="theirs")


def test_a_choice_of_what_was_absent_takes_the_field_away() -> None:
    asked = conflict(edited(note="mine"), edited(note="theirs"))
    settled = asked.settled({"note": Side.BEFORE})
    assert settled == BASE


def test_a_withdrawal_is_a_question_of_the_whole() -> None:
    asked = conflict(edited(status="closed"), None)
    assert asked.withdrawn
    assert asked.differences() == []
    assert asked.settled({"": Side.MINE}) == edited(status="closed")
    assert asked.settled({"": Side.THEIRS}) is None


# --- answers to the questions of a category ---


def answered(**answers: Any) -> Doc:
    return edited(attributes=answers)


def test_answers_to_different_questions_come_together() -> None:
    found = merge(answered(a=1, b=1, c=1), answered(a=2, b=1, c=1), answered(a=1, b=[3], d=4))
    assert found.clashing == ()
    assert found.body == answered(a=2, b=[3], d=4)


def test_the_same_question_answered_differently_clashes_alone() -> None:
    found = merge(answered(a=1, b=1), answered(a=2, b=1), answered(a=3, b=2))
    assert found.clashing == ("attributes.a",)
    assert found.body == answered(a=2, b=2)
    conflict = Conflict(
        "r", Version("2-a", answered(a=2)), Version("2-b", answered(a=3)), answered(a=1)
    )
    assert conflict.settled({"attributes.a": Side.THEIRS}) == answered(a=3)
    assert conflict.settled({"attributes.a": Side.BEFORE}) == answered(a=1)


ATTRIBUTES = st.one_of(
    st.none(),
    st.just("strange"),
    st.just([1]),
    st.dictionaries(st.sampled_from("ab"), st.sampled_from([1, 2, {}])),
)


@given(ATTRIBUTES, ATTRIBUTES, ATTRIBUTES)
def test_answers_of_any_shape_merge_the_same_for_whoever_merges(
    was: object, one: object, other: object
) -> None:
    before, ours, theirs = (
        BASE if value is None else edited(attributes=value) for value in (was, one, other)
    )
    found, mirrored = merge(before, ours, theirs), merge(before, theirs, ours)
    assert set(found.clashing) == set(mirrored.clashing)
    if not found.clashing:
        assert found.body == mirrored.body
    if one == was:
        assert merge(before, ours, theirs).body == theirs
