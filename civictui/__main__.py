"""The command line: `civictui` alone is the app, with a word behind it one of the commands.

stdout carries what was asked for, stderr words about it. An error is one line on stderr and an
exit code of its own (see `domain.errors`). Nothing heavy is imported before it is needed.
"""

import sys

from civictui import __version__
from civictui.commands import parse
from civictui.domain.errors import CivicError
from civictui.domain.text import one_line

INTERNAL_FAULT = 70
"""EX_SOFTWARE of sysexits.h: the program met an error of its own."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        options = parse(arguments)
        return int(options.run(options))
    except CivicError as error:
        print(f"civictui: {one_line(error.sentence)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("civictui: interrupted; what was saved is safe", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `civictui list | head`
        sys.stderr.close()
        return 141
    except Exception as error:  # noqa: BLE001  # the last resort: no values of variables are shown
        from civictui.domain.crash import crash_page

        print(crash_page(error, __version__), file=sys.stderr)
        return INTERNAL_FAULT


if __name__ == "__main__":
    sys.exit(main())
