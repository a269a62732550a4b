"""What `civictui sync` says of what a person should know or do."""

from civictui.commands.sync import needing, still_unsent
from civictui.domain.model import Audit, SyncResult, Waiting


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
