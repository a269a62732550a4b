"""Fill the tables of docs/keyboard.md from the key registry.

    python tools/keyboard.py            write the page
    python tools/keyboard.py --check    say whether it is as it should be (exit code 1 if not)

A table stands between `<!-- keys: SCOPE -->` and `<!-- end -->`; SCOPE is the name of one of the
registry's tuples. A key that stood in a table above is not told again.
"""

import re
import sys
from pathlib import Path

from civictui import keys

PAGE = Path(__file__).parent.parent / "docs" / "keyboard.md"
_TABLE = re.compile(r"<!-- keys: ([A-Z_]+) -->\n.*?<!-- end -->", re.DOTALL)


def filled(page: str) -> str:
    """The page with its tables made anew. Raises AttributeError for a scope that is none."""
    told: set[str] = set()

    def table(place: re.Match[str]) -> str:
        scope: tuple[keys.Key, ...] = getattr(keys, place[1])
        rows = [_row(key) for key in scope if key.id not in told]
        told.update(key.id for key in scope)
        head = ["", "| keys | what | id |", "|---|---|---|"]
        return "\n".join([f"<!-- keys: {place[1]} -->", *head, *rows, "", "<!-- end -->"])

    return _TABLE.sub(table, page)


def untold(page: str) -> list[str]:
    """Ids of the registry that the page does not tell."""
    return [key.id for key in keys.ALL if f"| `{key.id}` |" not in page]


def _row(key: keys.Key) -> str:
    names = ", ".join(f"`{keys.display(name)}`" for name in key.keys.split(","))
    return f"| {names} | {key.help} | `{key.id}` |"


def main(arguments: list[str]) -> int:
    page = PAGE.read_text(encoding="utf-8")
    made = filled(page)
    if arguments != ["--check"]:
        PAGE.write_text(made, encoding="utf-8")
    elif made != page:
        print("docs/keyboard.md: not as civictui/keys has it; run tools/keyboard.py")
        return 1
    if missing := untold(made):
        print(f"docs/keyboard.md: does not tell {', '.join(missing)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
