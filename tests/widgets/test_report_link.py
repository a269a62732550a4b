"""The address of a picture that came by Open311 is shown as text."""

from civictui.domain.model import Report, ReportRow, RowState
from civictui.widgets.report_text import LINK_CHARACTERS, Told, plain_text


def shown(link: object) -> list[str]:
    report = Report(id="r1", extra={"media_url": link})
    lines = plain_text(Told(ReportRow(report, RowState.SENT)), 80).splitlines()
    return [line for line in lines if line.startswith("Link")]


def test_a_link_is_a_line() -> None:
    assert shown("https://example.org/1.jpg") == ["Link      https://example.org/1.jpg"]
    assert shown("https://a\x1b]8;;x\x07\u202eb\n.example") == ["Link      https://ab .example"]
    assert len(shown("x" * 100_000)[0]) == 10 + LINK_CHARACTERS


def test_what_is_none_is_not_shown() -> None:
    assert shown(None) == shown(["x"]) == shown("") == []
