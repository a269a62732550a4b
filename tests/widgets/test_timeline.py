from civictui.domain.model import Photo, Report, Update
from civictui.widgets.timeline import LONGEST, MOST, entries, lines

REPORT = Report(id="r", reported_by="demo", reported_at="2026-11-20T10:00:00Z", status="open")


def update(number: int, **fields: object) -> Update:
    facts = {"reported_by": "asha", "reported_at": "2026-11-23T10:00:00Z", **fields}
    return Update(id=f"u{number}", report="r", **facts)  # type: ignore[arg-type]


def told(*updates: Update, report: Report = REPORT, user: str = "demo") -> list[str]:
    """What each entry says, without its time."""
    found = entries(report, updates, user)
    return [entry.head.split(" ", 2)[2] for entry in found]


def test_a_report_of_which_nothing_became_has_no_timeline() -> None:
    assert lines(entries(REPORT, [], "demo")) == []


def test_who_when_status_photos_and_words() -> None:
    said = update(
        1, text="Filled\nwith gravel\x1b[31m", status="fixed\x1b[1m", photos=(Photo("a", "b"),)
    )
    ((label, text),) = lines(entries(REPORT, [said], "demo"))
    assert label == "Timeline"
    first, *rest = text.plain.split("\n")
    assert first.endswith(" asha: open -> fixed, 1 photo")
    assert rest == ["Filled", "with gravel"]


def test_each_change_names_what_was_in_force_before_it() -> None:
    found = told(
        update(1, status="in progress"),
        update(2, text="words alone"),
        update(3, status="closed", reported_by="demo"),
        update(4, status="closed"),
    )
    assert found[1:] == [
        "asha: open -> in progress",
        "asha",
        "you: in progress -> closed",
        "asha: closed, as before",
    ]


def test_assignments_name_a_person_you_or_nobody() -> None:
    found = told(
        update(1, assignee="demo"), update(2, assignee="ben\x1b[2J"), update(3, assignee="")
    )
    assert found[1:] == [
        "asha: assigned to you",
        "asha: assigned to ben",
        "asha: assigned to nobody",
    ]


def test_an_edit_stands_where_it_happened() -> None:
    edited = {"edited": {"by": "ben", "at": "2026-11-22T10:00:00Z"}}
    report = Report(id="r", reported_by="asha", extra=edited)
    early = update(1, reported_at="2026-11-21T10:00:00Z", text="x")
    found = entries(report, [early, update(2, text="y")], "demo")
    deeds = [(entry.who, *entry.deeds) for entry in found]
    assert deeds == [("asha", "reported it"), ("asha",), ("ben", "edited it"), ("asha",)]


def test_what_has_no_time_stands_before_the_rest() -> None:
    found = entries(REPORT, [update(1, reported_at="soon", text="a"), update(2, text="b")], "")
    assert [entry.said for entry in found] == ["", "a", "b"]


def test_of_very_many_the_latest_are_shown() -> None:
    found = lines(entries(REPORT, [update(n, text=f"word {n}") for n in range(MOST + 7)], "demo"))
    assert len(found) == MOST + 1
    assert found[0][0] == "Timeline"
    assert found[0][1].plain == "7 earlier ones not shown"
    assert found[-1][1].plain.endswith(f"word {MOST + 6}")


def test_megabytes_are_cut_and_it_is_said() -> None:
    def last(text: str, **fields: object) -> str:
        return lines(entries(REPORT, [update(1, text=text, **fields)], "demo"))[-1][1].plain

    assert "not shown" not in last("x" * LONGEST)
    assert last("x" * LONGEST + "\x1b[2Jyy").endswith("x\n… 6 more characters not shown")
    assert len(last("", status="x" * 1_000_000, assignee="y" * 1_000_000)) < 1_000
