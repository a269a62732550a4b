"""The command line: `civictui` alone is the app, with a word behind it one of the commands.

stdout carries what was asked for, stderr words about it. An error is one line on stderr and an
exit code of its own (see `domain.errors`). Nothing heavy is imported before it is needed.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from civictui import __version__
from civictui.commands import parse
from civictui.commands.options import (
    NotPrinted,
    give_up_output,
    stdout_fails,
    without_secrets,
)
from civictui.domain.errors import CivicError
from civictui.domain.text import one_line

INTERNAL_FAULT = 70
"""EX_SOFTWARE of sysexits.h: the program met an error of its own."""
NOT_PRINTED = 74
"""EX_IOERR of sysexits.h: it was done, but stdout could not be written."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _open_what_is_closed()
    try:
        return _outcome(sys.argv[1:] if argv is None else argv)
    finally:
        _end_stderr()


def _outcome(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except CivicError as error:
        _say(without_secrets(error.sentence, arguments))
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted; what was saved is safe")
        return 130
    except BrokenPipeError:  # `civictui list | head`
        give_up_output(sys.stdout)
        return 141
    except Exception as error:  # noqa: BLE001  # the last resort: no values of variables are shown
        _say_what_failed(error)
        return INTERNAL_FAULT


def _open_what_is_closed() -> None:
    """`civictui list 2>&-`: what is said there goes nowhere, instead of to stdout.

    A stdout that is closed stays None: what is asked for by the name - says so.
    """
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115  # for good


def _end_stderr() -> None:
    """A log that nobody reads any more is no failure: the interpreter would end with 120."""
    try:
        sys.stderr.flush()
    except OSError:
        give_up_output(sys.stderr)


def _say_what_failed(error: Exception) -> None:
    from civictui.domain.crash import Crash, Crashed, crash_page

    if isinstance(error, Crashed):
        page = crash_page(error.crash, kept=True)
    else:
        page = crash_page(Crash.of(error, __version__))
    _print(page)


def _run(arguments: list[str]) -> int:
    """Do it, and say it in full or say that this was not possible."""
    try:
        options = parse(arguments)
        code = int(options.run(options))
        if sys.stdout is not None:  # closed by who has started it
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except NotPrinted as error:
        return _unprinted(error)
    except OSError:
        if not stdout_fails():
            raise
        return _unprinted(NotPrinted())
    return code


def _unprinted(error: NotPrinted) -> int:
    _say(str(error))
    give_up_output(sys.stdout)
    return NOT_PRINTED


def _say(sentence: str) -> None:
    _print(f"civictui: {one_line(sentence)}")


def _print(words: str) -> None:
    """On stderr. Where nobody reads it the exit code says what happened all the same."""
    with suppress(OSError):
        print(words, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
