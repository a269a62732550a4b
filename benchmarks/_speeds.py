"""Seconds: to the first paint, to the list, from a key to what it does."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from _bare import PAINTED
from _depot import MORE, sign_in
from _figures import Figure, p95, spread
from _hands import echoes, moves, pointed, searches, throw_away, write
from _measure import seconds_of
from _pty import bare, program
from _real import COUNT
from _servers import PASSWORD
from _world import World

from civictui.storage.keyring import KeyringFiles
from civictui.storage.slots import Locksmith

TURNS = 7
WORDS = ("pothole", "street", "graffiti", "1234", "sidewalk", "lamp", "noise", "tree", "broadway")
"""What is searched for: the most and the least common, a house number, a street."""
KEYS = 60
MOVES = 200


def starting(folder: Path) -> list[Figure]:
    """From the start of the process to its first whole picture, against the bare app."""
    pairs = [(_painted_bare(), _painted(folder)) for _ in range(TURNS + 1)][1:]
    bares, ours = zip(*pairs, strict=True)
    ratio = statistics.median(our / other for other, our in pairs)
    return [
        Figure("a bare app to its first paint", _ms(bares), "ms", remark=_spread(bares)),
        Figure("civictui to its first paint", _ms(ours), "ms", remark=_spread(ours)),
        Figure("ours / bare", ratio, "times", 1.3),
    ]


def _painted_bare() -> float:
    with bare() as terminal:
        return terminal.until(PAINTED, "palette") - terminal.began


def _painted(folder: Path) -> float:
    with program(folder, "http://127.0.0.1:1") as terminal:
        return terminal.until("Password", "quit") - terminal.began


def unlocking(world: World) -> list[Figure]:
    """From the password's Enter to the rows, the derivation of the key taken off.

    Argon2 alone is timed in the same turn, with the cost that the store's keyring names.
    """
    [place] = (world.data / "u").iterdir()
    files = KeyringFiles(place, Locksmith())
    pairs = [(seconds_of(lambda: files.unlock(PASSWORD)), _unlocked(world)) for _ in range(TURNS)]
    keys = [key for key, _ in pairs]
    rests = [whole - key for key, whole in pairs]
    name = f"the list of {COUNT:,} after that"
    return [
        Figure("deriving the key (Argon2id) alone", _ms(keys), "ms", remark=_spread(keys)),
        Figure(name, _ms(rests), "ms", 1500, _spread(rests)),
    ]


def _unlocked(world: World) -> float:
    with program(world.data, world.origin) as terminal:
        pressed = sign_in(terminal)
        return terminal.wait(lambda: pointed(terminal) > 0, "the list") - pressed


def searching(world: World) -> list[Figure]:
    with world.at_list() as terminal:
        terminal.press("/")
        terminal.rest(1.0)
        taken = list(searches(terminal, WORDS, 0.25))
    name = f"search key to result, {COUNT:,}, p95"
    return [Figure(name, p95(taken) * 1000, "ms", 60, f"{len(taken)} keys; {_spread(taken)}")]


def echo_while_syncing(world: World) -> list[Figure]:
    """Keys while the program takes in tens of thousands of reports more."""
    with world.growing() as (data, origin), program(data, origin) as terminal:
        sign_in(terminal)
        terminal.wait(lambda: pointed(terminal) > 0, "the list")
        rows = list(moves(terminal, MOVES, 0.03))
        write(terminal)
        letters = list(echoes(terminal, KEYS, 0.03))
        throw_away(terminal)
        running = not terminal.shows(f"{COUNT + MORE:,}")
    remark = "" if running else "the sync had ended before the last key: not all keys met it"
    return [
        _echo("a letter in the form", letters, remark),
        _echo("cursor down in the list", rows, remark),
    ]


def _echo(what: str, taken: Sequence[float], remark: str) -> Figure:
    words = "; ".join(filter(None, (_spread(taken), remark)))
    return Figure(f"{what}, syncing, p95", p95(taken) * 1000, "ms", 30, words)


def _ms(taken: Sequence[float]) -> float:
    return statistics.median(taken) * 1000


def _spread(taken: Sequence[float]) -> str:
    return spread(taken, scale=1000)
