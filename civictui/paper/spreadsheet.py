"""A table of reports: CSV as RFC 4180 has it, in UTF-8, each line ended by CR LF.

A cell that a spreadsheet would calculate is defused with an apostrophe: a report may say
`=HYPERLINK(...)`. A program that takes the semicolon for what separates, as spreadsheets in half of
the world do, reads the quotes as it likes and begins a cell in the middle of ours: what follows a
semicolon or a line's end is defused in the same way.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Any, Final

from civictui.paper.line import COLUMNS, Line

# The four signs with which formulas begin, also in the full width of East Asian keyboards.
_FORMULA: Final = re.compile(r"(^|[;\n])([\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


class Spreadsheet:
    """`Paper`: a head with the names of the columns, a row for each report."""

    def head(self) -> str:
        return _rows([COLUMNS])

    def body(self, lines: Iterable[Line]) -> str:
        return _rows(tuple(_cell(getattr(line, name)) for name in COLUMNS) for line in lines)

    def tail(self) -> str:
        return ""


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet calculates. Tabs, which separate too, are blanks."""
    return _FORMULA.sub(r"\1\2'", text.replace("\t", " "))


def _rows(rows: Iterable[tuple[Any, ...]]) -> str:
    written = StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _cell(value: Any) -> Any:
    """Numbers of ours stay numbers: a latitude may begin with a minus."""
    match value:
        case str():
            return defused(value)
        case tuple():
            return defused("\n".join(f"{question}: {answer}" for question, answer in value))
    return "" if value is None else value
