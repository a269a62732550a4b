"""A document may have a megabyte in one line: what draws a line looks at its beginning."""

from rich.cells import cell_len

from civictui.domain.model import Report
from civictui.widgets import fit
from civictui.widgets.report_text import LONGEST, _shown

ENDLESS = "x" * (1 << 20)


def test_a_line_is_read_as_far_as_anybody_reads_one() -> None:
    assert fit.line_of("a\n b") == "a b"
    assert fit.line_of(ENDLESS) == "x" * fit.MOST + "…"
    assert fit.fit(ENDLESS, 10) == "x" * 9 + "…"
    assert fit.sides("left", ENDLESS, 10) == "x" * 9 + "…"
    assert all(cell_len(line) == 10 for line in fit.wrapped(ENDLESS, 10, 3))


def test_a_page_says_how_much_it_leaves_out() -> None:
    assert _shown("all") == "all"
    report = Report(id="r", description=ENDLESS)
    assert _shown(report.description).endswith(
        f"\n… and {len(ENDLESS) - LONGEST:,} more characters"
    )
