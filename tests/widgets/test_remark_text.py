from civictui.domain.model import Photo, Update
from civictui.widgets.remark_text import LONGEST, MOST, remark_lines


def update(number: int, **fields: object) -> Update:
    facts = {"reported_by": "asha", "reported_at": "2026-11-23T10:00:00Z", **fields}
    return Update(id=f"u{number}", report="r", **facts)  # type: ignore[arg-type]


def test_without_remarks_there_is_no_line() -> None:
    assert remark_lines([], "demo") == []


def test_who_when_status_photos_and_words() -> None:
    said = update(
        1, text="Filled\nwith gravel\x1b[31m", status="fixed\x1b[1m", photos=(Photo("a", "b"),)
    )
    ((label, text),) = remark_lines([said], "demo")
    assert label == "Remarks"
    first, *rest = text.plain.split("\n")
    assert first.endswith(" asha, status: fixed, 1 photo")
    assert rest == ["Filled", "with gravel"]


def test_ones_own_are_yours() -> None:
    ((_, text),) = remark_lines([update(1, reported_by="demo", status="open")], "demo")
    assert "you, status: open" in text.plain
    assert "\n" not in text.plain


def test_of_very_many_the_latest_are_shown() -> None:
    lines = remark_lines([update(n, text=f"word {n}") for n in range(MOST + 7)], "demo")
    assert len(lines) == MOST + 1
    assert lines[0][0] == "Remarks"
    assert lines[0][1].plain == "7 earlier ones not shown"
    assert lines[-1][1].plain.endswith(f"word {MOST + 6}")


def test_megabytes_are_cut_and_it_is_said() -> None:
    ((_, whole),) = remark_lines([update(1, text="x" * LONGEST)], "demo")
    assert "not shown" not in whole.plain
    ((_, cut),) = remark_lines([update(1, text="x" * LONGEST + "\x1b[2Jyy")], "demo")
    assert cut.plain.endswith("x\n… 6 more characters not shown")
    ((_, facts),) = remark_lines([update(1, text="", status="x" * 1_000_000)], "demo")
    assert len(facts.plain) < 1_000
