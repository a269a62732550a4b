"""A process of its own: the real app on a real terminal, led through its screens by itself.

    python -m tests.pty.visitor NUMBER

NUMBER is the open file with the plan, as JSON: `strings`, a list of hostile ones; `walls`, those
that stand between them and the terminal, "both", "drawing" alone or "gate" alone; `thorough`,
whether they get notices of their own; and `long_way`, whether the screens are those of
`visit_more`. The terminal is standard input and error. After each step a line of JSON goes to
standard output, what the screen should show by now; and a mark to the terminal, behind all that
was drawn.
"""

import asyncio
import json
import os
import re
import sys

from civictui.domain import text
from civictui.terminal.capability import prepare_environment

NOTHING = re.compile("(?!)")


def take_down(walls: str) -> None:
    """To be called before anything that draws is loaded: it takes the names of what it uses."""
    if walls == "gate":
        text.clean = text.one_line = str  # type: ignore[assignment]
    elif walls == "drawing":
        from civictui.terminal import harmless

        harmless.NEVER = NOTHING  # type: ignore[misc]


def main() -> None:
    with os.fdopen(int(sys.argv[1]), encoding="ascii") as file:
        plan = json.load(file)
    take_down(plan["walls"])
    prepare_environment()
    from tests.pty.visit import Visit
    from tests.pty.visit_more import LongWay

    visit = LongWay if plan["long_way"] else Visit
    asyncio.run(visit(plan["strings"], thorough=plan["thorough"]).run())


if __name__ == "__main__":
    main()
