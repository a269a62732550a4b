"""`civictui settle`: end a conflict by taking one side of it wherever the two clash."""

import argparse
import sys

from civictui.bootstrap import Client
from civictui.commands.local import with_store
from civictui.commands.options import print_json
from civictui.domain.errors import NotFound
from civictui.domain.merge import Side

_EPILOG = """\
What only one side changed is merged by itself; --mine or --theirs says whose word holds for the
rest. Where neither version is yours, "mine" is the one that this terminal shows. `civictui show ID`
prints both and says so. The version that lost is kept on this terminal for 90 days.
"""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the report's id, as list --conflicts prints it")
    sides = parser.add_mutually_exclusive_group(required=True)
    for side, whose in ((Side.MINE, "your"), (Side.THEIRS, "the other")):
        sides.add_argument(
            f"--{side.value}",
            dest="side",
            action="store_const",
            const=side,
            help=f"take {whose} version where they clash",
        )
    parser.epilog = _EPILOG
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Settle it. Raises NotFound where there is nothing to settle."""
    left = with_store(options, lambda client: _settled(client, options.id, options.side))
    print_json({"id": options.id, "left": left})
    if left:
        print("civictui: another version of it is left: settle it again", file=sys.stderr)
    return 0


async def _settled(client: Client, key: str, side: Side) -> bool:
    """Whether there is more to settle about it."""
    service = client.service
    conflict = await service.reader.conflict(key)
    if conflict is None:
        raise NotFound(f"There is nothing to settle about {key}")
    groups = [found.group for found in conflict.differences() if found.clashing]
    await service.settle(conflict, conflict.settled(dict.fromkeys(groups or [""], side)))
    return await service.reader.conflict(key) is not None
