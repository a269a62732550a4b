"""Pushing 10,000 real reports out of a sealed store, against PouchDB.

Each goes to a server of its own that has nothing yet. Ours ends when every report is acknowledged:
its mark is gone, durably, and its second copy too; the rest of the round (its echo, pulled) is
told apart. The transfer alone sends the same requests once more, to another such server.
"""

import shutil
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from _pouchdb import PouchDB, is_installed, pouchdb
from _rounds import Asked, Timed, bare_loop, fill, round_of
from _servers import COUNT, USER, NewServer, documents, server_named

TURNS = 5


def turns(
    folder: Path, new_server: NewServer, rival: PouchDB | None
) -> Iterator[tuple[float, ...]]:
    """Seconds of each turn: our push, our whole round, the transfer alone, PouchDB (0 without)."""
    docs = documents(USER)
    fill(folder / "store", docs)
    for turn in range(TURNS):
        place = folder / f"{turn}"
        shutil.copytree(folder / "store", place / "store")
        with new_server(()) as server:
            ours = round_of(place / "store", server, COUNT)
        with new_server(()) as server:
            raw = bare_loop(place / "log", server, pushes_of(ours), keeps=False)
        yield ours.pushed, ours.whole, raw, rival_push(place / "pouchdb", new_server, rival)
        shutil.rmtree(place)


def pushes_of(timed: Timed) -> list[Asked]:
    return [one for one in timed.asked if one.takes]


def rival_push(folder: Path, new_server: NewServer, rival: PouchDB | None) -> float:
    if rival is None:
        return 0.0
    rival.fill(folder, documents(USER))
    with new_server(()) as server:
        return rival.push(folder, server, COUNT)


def main() -> None:
    where, new_server = server_named()
    with ExitStack() as stack:
        rival = stack.enter_context(pouchdb()) if is_installed() else None
        folder = Path(stack.enter_context(TemporaryDirectory()))
        found = list(turns(folder, new_server, rival))
    ours, whole, raw, theirs = (statistics.median(taken) for taken in zip(*found, strict=True))
    to_raw = statistics.median(turn[0] / turn[2] for turn in found)
    times = statistics.median(turn[3] / turn[0] for turn in found)
    print(f"push {COUNT:,} reports to {where}: {ours:.2f} s, acknowledged and durable")
    print(f"  the same requests alone: {raw:.2f} s; ratio {to_raw:.2f}")
    print(f"  the whole round, their echo included: {whole:.2f} s")
    if rival:
        print(f"  PouchDB 9: {theirs:.2f} s, {times:.1f} times as long (at least 3)")
    else:
        print("  PouchDB is not here: make peers")


if __name__ == "__main__":
    main()
