"""The program at a terminal of 80x24 with 50,000 reports: how quick, how many bytes, how big.

All of it from a real pseudo-terminal and in one run, with a bare Textual app (Header, Input,
Footer) as the yardstick. Each figure has its target beside it, and says so where that does not
hold. `--only NAME ...` runs some parts; with `--folder` the stores are made once and kept.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from _figures import Figure, say
from _pty import Ended
from _sizes import idle, pinned, sizes
from _speeds import echo_while_syncing, searching, starting, unlocking
from _wire import on_the_wire, over_links, touring
from _world import World

PARTS: dict[str, tuple[str, Callable[[World], list[Figure]]]] = {
    "pinned": ("on one core", pinned),
    "start": ("start", lambda world: starting(world.folder / "empty")),
    "unlock": ("unlocking", unlocking),
    "search": ("search as one types", searching),
    "sizes": ("memory", sizes),
    "idle": ("nobody there", idle),
    "wire": ("bytes to the terminal", on_the_wire),
    "tour": ("a tour", touring),
    "links": ("thin lines", over_links),
    "echo": ("keys while the sync runs", echo_while_syncing),
}
"""In this order: the first makes the store that the others open, the last makes it grow."""


def asked() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=list(PARTS))
    parser.add_argument("--folder", type=Path, help="where the stores are kept for the next run")
    return parser.parse_args()


def main() -> None:
    wanted, failing, broken = asked(), list[Figure](), list[str]()
    with ExitStack() as stack:
        folder = wanted.folder or Path(stack.enter_context(TemporaryDirectory()))
        folder.mkdir(exist_ok=True, mode=0o700)
        world = World(folder)
        for name, (title, part) in PARTS.items():
            if name in wanted.only or (name == "pinned" and not world.is_made):
                try:
                    figures = part(world)
                except (AssertionError, Ended) as error:  # the others say something all the same
                    broken.append(title)
                    print(f"{title}: NOT MEASURED\n{error}\n", flush=True)
                    continue
                say(title, figures)
                failing += [figure for figure in figures if not figure.holds]
    print(f"targets that do not hold: {len(failing)}")
    for figure in failing:
        print(figure)
    if broken:
        sys.exit(f"not measured: {', '.join(broken)}")


if __name__ == "__main__":
    main()
