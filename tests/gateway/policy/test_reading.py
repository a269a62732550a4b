"""The operator's TOML: what it makes, and every fault in it with its line."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import UsageError
from civictui.domain.model.policy import FEATURES, MOST_WORDS
from civictui.domain.text import clean
from civictui.gateway.area import Area
from civictui.gateway.policy import OBJECT_BYTES, FeatureRule, Rules
from civictui.gateway.policy.changes import changes
from civictui.gateway.policy.faults import MOST, PolicyFaults
from civictui.gateway.policy.limits import BOUNDS
from civictui.gateway.policy.places import lines_of
from civictui.gateway.policy.reading import FILE_BYTES, read_policy, rules_of
from civictui.gateway.policy.written import to_toml
from civictui.gateway.viewer import ROLES

SAMPLE = Path(__file__).parents[2] / "data" / "policy.toml"
BAY = Area.box(-122.42, 37.78, -122.38, 37.82)
NOWHERE = Path("/nonexistent")
IN_AREA = "Write [west, south, east, north] in degrees, or the path of a GeoJSON file"


def made(text: str, folder: Path = NOWHERE) -> Rules:
    return rules_of(text.encode(), folder)


def faults(text: str | bytes, folder: Path = NOWHERE) -> tuple[str, ...]:
    with pytest.raises(PolicyFaults) as refused:
        rules_of(text if isinstance(text, bytes) else text.encode(), folder)
    assert "Nothing was put in force" in refused.value.advice
    return refused.value.faults


def test_the_sample_is_read_as_it_is_written() -> None:
    rules = read_policy(SAMPLE)
    assert rules.message.splitlines()[0] == "Servers are renewed on Saturday from 22:00 to 24:00."
    assert (rules.minimum_version, rules.disabled_versions) == ("0.1.0", ("0.1.1",))
    assert (rules.offline_days, rules.client_logs, rules.photo_bytes) == (30, True, 250_000)
    assert rules.features == (
        FeatureRule(names=("export", "copy"), on=True, roles=frozenset({"supervisor", "admin"})),
        FeatureRule(names=("export", "copy"), on=False),
        FeatureRule(names=("pack",), on=False, roles=frozenset({"technician"}), area=BAY),
    )


def test_an_empty_file_is_the_usual() -> None:
    assert made("") == Rules()
    assert made("\ufeff# nothing\r\n") == Rules()


def test_an_area_may_be_a_file_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "bay.geojson").write_text(json.dumps(BAY.to_geojson()))
    (tmp_path / "policy.toml").write_text(
        '[[feature]]\nname = "map"\non = false\narea = "bay.geojson"\n'
    )
    (rule,) = read_policy(tmp_path / "policy.toml").features
    assert rule.area == BAY


def test_every_fault_is_named_with_its_line_in_one_go() -> None:
    text = """\
mesage = "x"                 # line 1
message = '''
a = "b" [[feature]]
'''
offline_days = 4000
photo_bytes = 49_999
disabled_versions = [
  "1.2.0",
  "two",  # ]
]
minimum_version = 0.2
client_logs = "yes"

[[feature]]
name = "maps"
on = false

[[feature]]
names = ["map"]
roles = ["boss"]
area = [3, 2,
 1, 4]
"colour" = 1

[[feature]]
name = "map"
names = ["map"]
on = 1
"""
    assert [fault.partition(": ")[::2] for fault in faults(text)] == [
        ("line 1", "there is no `mesage`; is `message` meant?"),
        ("line 5", "`offline_days` is a whole number from 0 to 3650"),
        ("line 6", f"`photo_bytes` is a whole number from 50000 to {OBJECT_BYTES}"),
        (
            "line 7",
            "`disabled_versions` has 'two', which is no version such as 1.2.0 or 1.3rc1",
        ),
        ("line 11", '`minimum_version` has a version without quotes: write it like "1.2.0"'),
        ("line 12", "`client_logs` is true or false, without quotes"),
        ("line 15", "`name` has 'maps', which is no feature; is `map` meant?"),
        ("line 18", "a rule has `on = true` or `on = false`"),
        (
            "line 20",
            "`roles` has 'boss', which is no role; there is technician, supervisor, admin",
        ),
        (
            "line 21",
            f"`area` is no area: West is less than east, and south less than north. {IN_AREA}",
        ),
        ("line 23", "there is no `colour`; there is name, names, on, roles, area"),
        ("line 25", "a rule has either `name` or `names`"),
        ("line 28", "`on` is true or false, without quotes"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'message = "{"x" * 1001}"', "`message` has 1001 characters; 1000 are allowed"),
        ('message = "a\\u001b[31mb"', "steers a terminal (U+001B)"),
        ('message = "a\\u202eb"', "nobody sees, or that steers a terminal (U+202E)"),
        ('disabled_message = "a\\u0000"', "U+0000"),
        ("message = 1979-05-27", "is a text: write it in quotes"),
        ("message = 1", "is a text"),
        ("message = [1]", "is a text"),
        ("message.a = 1", "line 1: `message` is a text"),
        ("offline_days = -1", "whole number from 0 to 3650"),
        ("offline_days = 1.0", "whole number"),
        ("offline_days = true", "whole number"),
        ("offline_days = inf", "whole number"),
        (f"photo_bytes = {OBJECT_BYTES + 1}", "whole number"),
        ("disabled_versions = '1.2'", "is a list of up to 100 versions"),
        (f"disabled_versions = {['1.2'] * 101}", "is a list of up to 100 versions"),
        ("disabled_versions = [1.2]", "has a version without quotes"),
        (f"minimum_version = '1.2{'a' * 90}'", "no version such as"),
        ("feature = 1", "each rule begins with [[feature]]"),
        ("[feature]\nname = 'map'", "line 1: each rule begins with [[feature]]"),
        ("feature = [1]", "line 1: a rule is a table"),
        ("[[feature]]\n" * 101, "up to 100 are allowed"),
        ("[[feature]]", "a rule has either `name` or `names`"),
        ("[[feature]]\nname = 1\non = true", "is one feature in quotes"),
        ("[[feature]]\nnames = []\non = true", "is a list of features"),
        ("[[feature]]\nnames = ['map', 1]\non = true", "is a list of features"),
        ("[[feature]]\nname = 'map'\non = true\nroles = []", "is a list of roles"),
        ("[[feature]]\nname = 'map'\non = true\narea = [1, 2, 3]", "is [west, south, east, north]"),
        ("[[feature]]\nname = 'map'\non = true\narea = [1, 2, 3, nan]", "is [west, south"),
        ("[[feature]]\nname = 'map'\non = true\narea = [-100, 1, 100, 95]", "is no area"),
        ("[[feature]]\nname = 'map'\non = true\narea = {type = 'Point'}", "is no area"),
        ("[[feature]]\nname = 'map'\non = true\narea = 'none.json'", "which is no file"),
        ('[[feature]]\nname = "map"\non = true\narea = "\\u0000"', "which is no file"),
        ("offline_days = " + "9" * 5_000, "no TOML"),
        ("a = 1\na = 2", "line 2: this is no TOML: Cannot overwrite a value; texts and versions"),
        ("\nminimum_version = 1.2.0", "line 2: this is no TOML"),
        (
            "[[feature]]\nname = 'map'\non = true\narea = [37, -123, 38, -122]",
            "line 4: `area` has latitudes before longitudes; is [-123.0, 37.0, -122.0, 38.0]",
        ),
        ("message = 'x", "no TOML"),
        ("a = " + "[" * 5_000 + "]" * 5_000, "nested too deep"),
        ("x = 1\n" + "a." * 30_000 + "a = 1", "line 2: no name is so long"),
        ("[" + "a." * 30_000 + "a]", "line 1: no name is so long"),
        ("\u001b[31m = 1", "no TOML"),
        ('"\\u001b[31mx" = 1', "there is no `x`"),
        (b"message = 'a'\nx = '\xff'", "line 2: this is not UTF-8"),
        (b"#" * (FILE_BYTES + 1), f"more than {FILE_BYTES} bytes"),
    ],
)
def test_what_cannot_be_is_refused(text: str | bytes, words: str) -> None:
    found = faults(text)
    assert words in "\n".join(found)
    assert all(clean(fault) == fault and len(fault) < 1_000 for fault in found)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"m{at} = 1\n" for at in range(80_000)),
        "[[feature]]\n" * 80_000,
        "x = [" + "{a=1}," * 160_000 + "]",
        'message = """' + '\\"""' * 240_000 + '"""',
        "disabled_versions = [" + "'1.2'," * 160_000 + "]",
        "# [\n" * 240_000 + "x = 1",
    ],
    ids=["members", "rules", "tables", "quotes", "versions", "comments"],
)
def test_a_file_as_large_as_is_read_has_few_faults_soon(text: str) -> None:
    assert 1 <= len(faults(text)) <= MOST


def ring(count: int) -> list[list[float]]:
    corners = [[at / 1_000, 1 if at % 2 else 2] for at in range(count - 2)]
    return [*corners, [0, 50], corners[0]]


def test_areas_have_a_limit(tmp_path: Path) -> None:
    rule = "[[feature]]\nname = 'map'\non = false\narea = 'a.json'\n"
    for count, fits in ((2_000, True), (2_001, False)):
        area = {"type": "Polygon", "coordinates": [ring(count)]}
        (tmp_path / "a.json").write_text(json.dumps(area))
        if fits:
            assert made(rule * 5, tmp_path)
            assert "10000 are allowed" in faults(rule * 6, tmp_path)[0]
        else:
            assert "has 2001 corners; 2000 are allowed" in faults(rule, tmp_path)[0]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 9_999, b"{}", b'{"type":"Point"}'])
def test_a_file_that_is_no_area(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    text = "[[feature]]\nname = 'map'\non = false\narea = 'a.json'\n"
    (fault,) = faults(text, tmp_path)
    assert fault.startswith("line 4: `area` ")


@pytest.mark.parametrize("name", ["none.toml", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_policy(tmp_path / name)


def test_what_stands_in_strings_and_lists_begins_nothing() -> None:
    text = '''\
# [[feature]]
message = """
[[feature]]
x = 1 \\"""
"""
a = [ # ]
  "]", { b = "}" },
]
"c d" = 'x = [ #'
[[feature]]
on = true
'''
    assert lines_of(text) == {
        ("message",): 2,
        ("a",): 6,
        ("c d",): 9,
        ("feature",): 10,
        ("feature", 1): 10,
        ("feature", 1, "on"): 11,
    }


VERSIONS = st.from_regex(r"[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3}(rc[0-9])?)?", fullmatch=True)
WORDS = (
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'\\\n\t#[]{}="))
    .map(lambda text: clean(clean(text).strip())[:MOST_WORDS].strip())
    .filter(lambda text: clean(text) == text)
)
AREAS = st.builds(
    lambda west, south, wide, high: Area.box(west, south, west + wide, south + high),
    st.floats(-180, 100),
    st.floats(-90, 50),
    st.floats(0.001, 40),
    st.floats(0.001, 40),
) | st.builds(
    lambda x, y: Area.from_geojson(
        {"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x, y + 1], [x, y]]]}
    ),
    st.floats(-179, 178),
    st.floats(-89, 88),
)
FEATURE_RULES = st.builds(
    FeatureRule,
    names=st.lists(st.sampled_from(list(FEATURES)), min_size=1, unique=True).map(tuple),
    on=st.booleans(),
    roles=st.frozensets(st.sampled_from(ROLES)),
    area=st.none() | AREAS,
)
RULES = st.builds(
    Rules,
    message=WORDS,
    minimum_version=st.just("") | VERSIONS,
    disabled_versions=st.lists(VERSIONS, max_size=4, unique=True).map(tuple),
    disabled_message=WORDS,
    client_logs=st.booleans(),
    features=st.lists(FEATURE_RULES, max_size=4).map(tuple),
    **{name: st.integers(*bounds) for name, bounds in BOUNDS.items()},
)


@given(RULES)
def test_what_is_printed_can_be_put_in_force_again(rules: Rules) -> None:
    assert made(to_toml(rules)) == rules
    assert Rules.from_doc(rules.to_doc()) == rules
    assert changes(rules, rules) == []


@given(RULES, RULES)
def test_what_changes_is_said_in_lines_that_are_clean(before: Rules, after: Rules) -> None:
    said = changes(before, after)
    assert bool(said) is (before != after)
    assert all(clean(line) == line and "\n" not in line for line in said)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_file_is_read_or_refused(content: bytes) -> None:
    with suppress(PolicyFaults):
        rules_of(content, NOWHERE)
