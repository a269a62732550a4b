"""What a summary counts as closed."""

from datetime import UTC, datetime

from civictui.domain.model import Deed, Shift

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def said(report: str, status: str) -> Deed:
    return Deed(id=f"{report}{status}", report=report, at="2026-05-04T12:00:00Z", status=status)


def test_what_was_opened_again_was_not_closed() -> None:
    deeds = (said("a", "closed"), said("b", "closed"), said("a", ""), said("b", "open"))
    later = (said("c", "open"), said("c", " Closed"), said("a", "closed "))
    shift = Shift(user="demo", since=NOON, until=NOON, said=(*deeds, *later))
    assert [(deed.report, deed.status) for deed in shift.closed] == [
        ("a", "closed "),
        ("c", " Closed"),
    ]
