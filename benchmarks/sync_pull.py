"""Pulling 10,000 real reports into a fresh sealed store, against PouchDB and against a bare loop.

All three ask the same server in the same run and take turns. Ours is a whole round with all that
goes with it: the newest first, the checkpoints, the index; each batch is sealed and durable before
it counts. The bare loop asks what ours has asked and receives, parses, seals and syncs the answers.
"""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from _pouchdb import PouchDB, is_installed, pouchdb
from _rounds import bare_loop, round_of
from _servers import COUNT, Server, documents, server_named

TURNS = 5


def turns(server: Server, rival: PouchDB | None) -> Iterator[tuple[float, ...]]:
    """Seconds of each turn: ours, the bare loop, the transfer alone, PouchDB (0 without it)."""
    for _ in range(TURNS):
        with TemporaryDirectory() as name:
            folder = Path(name)
            ours = round_of(folder / "store", server, COUNT)
            bare = bare_loop(folder / "log", server, ours.asked)
            raw = bare_loop(folder / "log", server, ours.asked, keeps=False)
            theirs = rival.pull(folder / "pouchdb", server, COUNT) if rival else 0.0
        yield ours.whole, bare, raw, theirs


def main() -> None:
    where, new_server = server_named()
    with ExitStack() as stack:
        rival = stack.enter_context(pouchdb()) if is_installed() else None
        server = stack.enter_context(new_server(documents()))
        found = list(turns(server, rival))
    ours, bare, raw, theirs = (statistics.median(taken) for taken in zip(*found, strict=True))
    to_bare = statistics.median(turn[0] / turn[1] for turn in found)
    to_raw = statistics.median(turn[0] / turn[2] for turn in found)
    times = statistics.median(turn[3] / turn[0] for turn in found)
    bounds = ("at most 2", "") if where == "the gateway" else ("", "at most 1.5")
    print(f"pull {COUNT:,} reports from {where}: {ours:.2f} s, sealed and durable")
    print(f"  a bare loop with the same answers: {bare:.2f} s; ratio {to_bare:.2f}{_in(bounds[0])}")
    print(f"  their transfer alone: {raw:.2f} s; ratio {to_raw:.2f}{_in(bounds[1])}")
    if rival:
        print(f"  PouchDB 9: {theirs:.2f} s, {times:.1f} times as long (at least 3)")
    else:
        print("  PouchDB is not here: make peers")


def _in(bound: str) -> str:
    return f" ({bound})" if bound else ""


if __name__ == "__main__":
    main()
