"""Revision trees: the same winner everywhere, whatever came in which order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.revtree import BadRevision, RevTree, next_revision, parse, path_of


def grow(*paths: tuple[list[str], bool]) -> RevTree:
    tree = RevTree()
    for path, deleted in paths:
        tree = tree.merge(path, deleted)
    return tree


def test_the_winner_lives_then_is_longest_then_has_the_highest_hash() -> None:
    tree = grow((["1-a"], False), (["2-b", "1-a"], False), (["2-c", "1-a"], False))
    assert tree.leaves() == ["2-c", "2-b"]
    assert tree.conflicts() == ["2-b"]
    deleted = tree.merge(["3-d", "2-c", "1-a"], deleted=True)
    assert deleted.winner() == "2-b"
    assert deleted.conflicts() == []


def test_a_missing_past_is_joined_when_it_comes() -> None:
    tree = grow((["3-c"], False), (["3-c", "2-b", "1-a"], False))
    assert list(tree.ancestry("3-c")) == ["3-c", "2-b", "1-a"]
    assert tree.leaves() == ["3-c"]


def test_stem_keeps_the_newest() -> None:
    path = [f"{n}-x" for n in range(30, 0, -1)]
    tree = grow((path, False)).stem(10)
    assert len(tree.nodes) == 10
    assert tree.revisions("30-x") == {"start": 30, "ids": ["x"] * 10}


def test_the_compact_form_comes_back() -> None:
    tree = grow((["2-b", "1-a"], False), (["2-c", "1-a"], True))
    assert RevTree.from_list(tree.to_list()) == tree


def test_missing_and_ancestors() -> None:
    tree = grow((["2-b", "1-a"], False))
    assert tree.missing(["1-a", "3-z"]) == ["3-z"]
    assert tree.possible_ancestors(["3-z"]) == ["2-b"]


@pytest.mark.parametrize("rev", ["", "1", "-a", "1-", "0-a", "x-a", "01-a", "١-a", "-1-a"])
def test_what_is_no_revision_is_refused(rev: str) -> None:
    with pytest.raises(BadRevision):
        parse(rev)


def test_a_history_fits_its_generation() -> None:
    assert path_of(2, ["b", "a"]) == ["2-b", "1-a"]
    with pytest.raises(BadRevision):
        path_of(1, ["b", "a"])


def test_equal_edits_are_one_revision() -> None:
    one = next_revision("1-a", False, {"x": 1, "y": 2})
    assert one == next_revision("1-a", False, {"y": 2, "x": 1})
    assert one.startswith("2-")
    assert one != next_revision("1-a", True, {"x": 1, "y": 2})


@given(st.integers(0, 2**32))
def test_the_order_of_arrival_does_not_matter(seed: int) -> None:
    choice = random.Random(seed)
    paths: list[tuple[list[str], bool]] = [(["1-root"], False)]
    for number in range(12):
        parent, _ = choice.choice(paths)
        generation = parse(parent[0])[0] + 1
        digest = f"{choice.randrange(9)}{number}"
        paths.append(([f"{generation}-{digest}", *parent], choice.random() < 0.2))
    forward = grow(*paths)
    choice.shuffle(paths)
    backward = grow(*paths)
    assert backward.leaves() == forward.leaves()
    assert backward.winner() == forward.winner()
