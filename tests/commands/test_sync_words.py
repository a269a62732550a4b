"""What `civictui sync` says of what a person should know or do."""

import pytest

import civictui.__main__ as program
from civictui.commands.sync import _budget, needing, not_packed, still_unsent
from civictui.domain.model import (
    Audit,
    Lacking,
    Pack,
    PackCount,
    PackStep,
    SyncResult,
    Waiting,
)


def test_nothing_is_said_where_nothing_is_to_be_done() -> None:
    assert list(needing(SyncResult(pulled=3, pushed=2, unsent=1))) == []


def test_what_needs_the_person_has_a_line_each_with_the_reason() -> None:
    result = SyncResult(
        needs_you=(
            Waiting(id="a", title="Lamp\nout", reason="too\tlarge"),
            Waiting(id="b", title="", reason="not yours"),
        ),
        conflicts=2,
        held=30,
        notice="the store was repaired",
    )
    lines = list(needing(result))
    assert lines[:3] == [
        "the store was repaired",
        "needs you: a Lamp out: too large",
        "needs you: b (no description): not yours",
    ]
    assert lines[3].startswith("2 conflicts to settle: see civictui list --conflicts")
    assert lines[4].startswith("the server deletes 30 of the reports here")
    assert "--allow-deletions" in lines[4]


def test_what_waits_by_a_rule_is_no_trouble() -> None:
    result = SyncResult(unsent=3, resting=3, rest="for the depot")
    assert still_unsent(result) == (
        "3 photos wait for the depot",
        "civictui sync --photos sends them now.",
    )


def test_what_waits_besides_is_said_first() -> None:
    assert still_unsent(SyncResult(unsent=1))[0] == "1 report or photo is still unsent"
    said = still_unsent(SyncResult(unsent=4, resting=1, rest="for tomorrow"))[0]
    assert said == "4 reports or photos are still unsent, of which 1 photo waits for tomorrow"


def test_an_audit_says_what_it_found() -> None:
    lost = (Waiting(id="a", title="Lamp\nout"), Waiting(id="b", title=""))
    audit = Audit(checked=40, missing=3, queued=("c",), lost=lost)
    assert list(needing(SyncResult(audit=audit))) == [
        "audit: of 40 pictures the server lacks 3; 1 report has some sent again",
        "neither on the server nor here: a photo of a Lamp out",
        "neither on the server nor here: a photo of b (no description)",
    ]


def test_a_server_that_cannot_be_audited_is_not_said_to_have_all() -> None:
    assert list(needing(SyncResult(audit=Audit(answered=False)))) == [
        "audit: this server cannot say which pictures it has; nothing was checked"
    ]


@pytest.mark.parametrize(
    ("text", "at_depot", "expected"),
    [
        (None, False, 64 * 1024 * 1024),
        (None, True, 0),
        ("3", True, 3 * 1024 * 1024),
        ("all", True, None),
    ],
)
def test_at_the_depot_no_large_pictures_are_fetched_unasked(
    text: str | None, at_depot: bool, expected: int | None
) -> None:
    assert _budget(text, at_depot=at_depot) == expected


# --- packing ---


def test_what_was_packed_and_what_is_missing_is_said() -> None:
    pack = Pack(
        step=PackStep.DONE,
        reports=1,
        thumbnails=PackCount(2, 2),
        pictures=PackCount(1, 2),
        tiles=PackCount(10, 19),
        bytes=1_250_000,
        lacking=(
            Lacking(PackStep.PICTURES, "not on the server yet", "Lamp\nout", "a"),
            Lacking(PackStep.MAP, "over the budget", "city", count=9),
            Lacking(PackStep.MAP, "the gateway has no base map", "the map", count=0),
        ),
    )
    assert list(not_packed(SyncResult(pack=pack))) == [
        "packed: 1 report, 2 of 2 thumbnails, 1 of 2 pictures, 10 of 19 map tiles, 1.2 MB",
        "missing: 1 picture of Lamp out: not on the server yet",
        "missing: 9 map tiles of city: over the budget",
        "missing: the map: the gateway has no base map",
    ]
    assert list(not_packed(SyncResult())) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--near", "37.77,-122.41"],
        ["--radius", "2"],
        ["--megabytes", "5"],
        ["--pack", "--radius", "51"],
        ["--pack", "--radius", "nan"],
        ["--pack", "--radius", "-1"],
        ["--pack", "--megabytes", "all"],
        ["--pack", "--near", "nowhere"],
    ],
)
def test_orders_that_make_no_sense_are_refused_before_anything_is_asked(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = program.main(["--server", "http://127.0.0.1:1", "--user", "demo", "sync", *words])
    assert code in {2, 10}
    assert len(capsys.readouterr().err.splitlines()) == 1
