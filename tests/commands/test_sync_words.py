"""What `civictui sync` says of what a person should know or do."""

from civictui.commands.sync import needing
from civictui.domain.model import SyncResult, Waiting


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
