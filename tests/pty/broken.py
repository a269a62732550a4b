"""The program with two faults of its own: F8 in the form, and saving a report.

python -m tests.pty.broken [what civictui takes]
"""

import sys
from typing import NoReturn

from civictui.terminal.capability import prepare_environment

SECRET = "correct horse battery staple"


def explode(_: object) -> NoReturn:
    secret = SECRET
    raise RuntimeError(secret)


async def lose(_: object, draft: object) -> NoReturn:
    raise KeyError(SECRET, draft)


def main() -> int:
    prepare_environment()  # the toolkit reads it as it is loaded
    from civictui.__main__ import main as civictui
    from civictui.screens.report_new import ReportNew
    from civictui.service import CivicService

    ReportNew.action_discard = explode  # type: ignore[assignment, method-assign]
    CivicService.submit = lose  # type: ignore[assignment, method-assign]
    return civictui()


if __name__ == "__main__":
    sys.exit(main())
