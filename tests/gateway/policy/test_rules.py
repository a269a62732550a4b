"""What a given user on a given device is told, and who is barred."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import Policy
from civictui.domain.model.policy import FEATURES
from civictui.gateway.area import Area
from civictui.gateway.policy import FeatureRule, Rules
from civictui.gateway.viewer import ROLES, Viewer

GATEWAY = "ab" * 16
TOWN = Area.box(-122.5, 37.7, -122.3, 37.9)
BAY = Area.box(-122.42, 37.78, -122.38, 37.82)
ELSEWHERE = Area.box(10, 50, 11, 51)


def viewer(*roles: str, area: Area | None = None) -> Viewer:
    return Viewer("demo", frozenset(roles or ("technician",)), area)


def off(rules: Rules, who: Viewer) -> frozenset[str]:
    """What a terminal reads as switched off."""
    return Policy.from_doc(rules.told(who, "t1", False, GATEWAY)).off


def rule(*names: str, on: bool = False, roles: str = "", area: Area | None = None) -> FeatureRule:
    return FeatureRule(names=names, on=on, roles=frozenset(roles.split()), area=area)


def test_without_rules_everything_is_on_and_nobody_is_barred() -> None:
    assert off(Rules(), viewer()) == frozenset()
    assert not Rules().bars("0.0.1")
    assert not Rules().bars("")


def test_what_is_told_names_whom_it_is_for() -> None:
    told = Rules(message="m").told(viewer(area=TOWN), "t1", True, GATEWAY)
    assert (told["gateway"], told["user"], told["device"]) == (GATEWAY, "demo", "t1")
    assert told["disabled"] is True
    assert "area" not in told
    assert Policy.from_doc(told).bars("9.9.9") == "device"


def test_a_terminal_reads_what_the_operator_wrote() -> None:
    rules = Rules(
        message="Come to the depot.",
        minimum_version="0.2.0",
        disabled_versions=("0.3.0",),
        disabled_message="Room 12",
        offline_days=30,
        client_logs=True,
        photo_bytes=50_000,
    )
    read = Policy.from_doc(rules.told(viewer(), "", False, GATEWAY))
    assert (read.message, read.disabled_message) == ("Come to the depot.", "Room 12")
    assert (read.offline_days, read.client_logs) == (30, True)
    assert read.numbers["photo_bytes"] == 50_000
    for version in ("0.1.9", "0.2.0", "0.3.0", "0.3.1", "odd", ""):
        assert rules.bars(version) is bool(read.bars(version))
    assert rules.bars("0.1.9")
    assert rules.bars("0.3.0")
    assert not rules.bars("0.3.1")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (viewer("technician"), {"export"}),
        (viewer("supervisor"), set()),
        (viewer("supervisor", "technician"), set()),
        (viewer("technician", area=TOWN), {"export", "pack"}),
        (viewer("technician", area=ELSEWHERE), {"export"}),
        (viewer("supervisor", area=TOWN), {"pack"}),
    ],
)
def test_the_first_rule_that_fits_decides(who: Viewer, expected: set[str]) -> None:
    rules = Rules(
        features=(
            rule("export", on=True, roles="supervisor admin"),
            rule("export"),
            rule("pack", area=BAY),
        )
    )
    assert off(rules, who) == expected


PLACES = st.sampled_from([None, TOWN, BAY, ELSEWHERE])
SOME_ROLES = st.frozensets(st.sampled_from(ROLES))
SOME_RULES = st.builds(
    FeatureRule,
    names=st.lists(st.sampled_from(["map", "pack", "copy"]), min_size=1, unique=True).map(tuple),
    on=st.booleans(),
    roles=SOME_ROLES,
    area=PLACES,
)
TOGETHER = {(TOWN, TOWN), (TOWN, BAY), (BAY, TOWN), (BAY, BAY), (ELSEWHERE, ELSEWHERE)}


@given(st.lists(SOME_RULES, max_size=6), SOME_ROLES, PLACES)
def test_any_rules_switch_off_what_the_plain_way_says(
    rules: list[FeatureRule], roles: frozenset[str], area: Area | None
) -> None:
    expected = set()
    for feature in FEATURES:
        for each in rules:
            in_role = not each.roles or each.roles & roles
            in_area = each.area is None or (each.area, area) in TOGETHER
            if feature in each.names and in_role and in_area:
                expected |= set() if each.on else {feature}
                break
    assert off(Rules(features=tuple(rules)), Viewer("demo", roles, area)) == expected


def test_a_rule_may_take_one_role_in_one_area_out() -> None:
    rules = Rules(features=(rule("map", on=True, roles="technician", area=BAY), rule("map")))
    assert off(rules, viewer("technician", area=TOWN)) == frozenset()
    assert off(rules, viewer("supervisor", area=TOWN)) == {"map"}
    assert off(rules, viewer("technician")) == {"map"}  # without an area no rule with one is meant


def test_it_comes_back_from_what_is_sealed() -> None:
    rules = Rules(message="m", features=(rule("map", "copy", roles="admin", area=BAY),))
    assert Rules.from_doc(rules.to_doc()) == rules
    assert Rules.from_doc(Rules().to_doc()) == Rules()
