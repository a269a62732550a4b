"""`civictui export`: what is unsent, sealed; reports for other programs; the summary of a shift.

Each is written offline, from the store. What is readable is so because it was asked for: the words
on stderr say so each time, and the file is nobody else's (0600).
"""

import argparse

from civictui.commands import choosing, export_readable, export_sealed, export_shift
from civictui.domain.errors import UsageError

_EPILOG = """\
--sealed: the file is sealed with a password of its own: the second line of stdin, or typed;
without one, the login password. Another terminal of the same user takes it in with civictui
import, the gateway with civictui serve import. The store keeps everything: what arrives twice is
one report.

--csv and --geojson: the reports that the filters choose, all without one, in files that anybody
can read who gets them. "-" is stdout. The columns are in docs/export.md.

--shift: what you reported, edited, said and withdrew, what is not sent yet, and what needs you.

examples:
  civictui export --user asha --sealed /media/stick/asha.cvx
  civictui export --user asha --csv open.csv --geojson open.geojson --status open --mine
  civictui export --user asha --csv - --near 37.77,-122.41 --within 500 | head
  civictui export --user asha --shift --since 07:30
"""
_KINDS = "--sealed FILE, --csv FILE, --geojson FILE or --shift"


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sealed", metavar="FILE", help="all that is unsent into this new file, encrypted"
    )
    parser.add_argument("--csv", metavar="FILE", help="reports as a table into this new file")
    parser.add_argument("--geojson", metavar="FILE", help="reports as places into this new file")
    parser.add_argument("--shift", action="store_true", help="print the summary of your shift")
    span = parser.add_mutually_exclusive_group()
    span.add_argument(
        "--since", metavar="TIME", help="with --shift: it began then: 07:30 or 2026-11-23T07:30"
    )
    span.add_argument("--hours", metavar="N", help="with --shift: it began so long ago (8)")
    choosing.register(parser)
    choosing.register_states(parser.add_mutually_exclusive_group())
    parser.epilog = _EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do the one thing that is asked for. Raises UsageError."""
    readable = options.csv is not None or options.geojson is not None
    kinds = [options.sealed is not None, readable, options.shift]
    if sum(kinds) != 1:
        many = any(kinds)
        what = "These are written one at a time" if many else "Nothing says what is to be exported"
        raise UsageError(what, f"Say {_KINDS}.")
    if choosing.is_given(options) and not readable:
        raise UsageError("Filters go with --csv and --geojson", "Leave them out.")
    if not options.shift and (options.since is not None or options.hours is not None):
        raise UsageError("--since and --hours go with --shift", "Say --shift, or leave them out.")
    if readable:
        return export_readable.run(options)
    return export_shift.run(options) if options.shift else export_sealed.run(options)
