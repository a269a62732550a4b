"""What `civictui show` says of a report to a person."""

from typing import Any

from civictui.commands.show import _page
from civictui.domain.model import Report, ReportRow, RowState, Services


def test_where_a_picture_of_open311_lies_is_read_and_steers_nothing() -> None:
    link = "https://example.org/a.jpg?x=1"
    linked = Report(id="r1", extra={"media_url": f"{link}\x1b]0;x\x07"})
    (line,) = [said for said in _lines(linked) if said.startswith("link")]
    assert line.startswith(f"link      {link}")
    assert "\x1b" not in line
    odds: list[Any] = [None, 7, [link], {}]
    for odd in odds:
        assert not any(
            said.startswith("link") for said in _lines(Report(id="r1", extra={"media_url": odd}))
        )


def _lines(report: Report) -> list[str]:
    return _page(ReportRow(report, RowState.SENT), Services()).splitlines()
