"""The drawing commands of a feature as coordinates.

A command is a number: what to do in its three lowest bits, how often above them; parameters
follow, as differences, the sign in the lowest bit. Source: Mapbox Vector Tile specification 2.1,
chapter 4.3.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

POINT, LINE, POLYGON = 1, 2, 3
_MOVE, _DRAW, _CLOSE = 1, 2, 7

Part = list[int]
"""x, y, x, y ... in the units of the tile."""


def parts(commands: Sequence[int]) -> Iterator[Part]:
    """The lines or rings of a feature, the last point of a ring left to whoever draws it.

    What makes no sense ends the feature: what came before it is kept.
    """
    x = y = at = 0
    part: Part = []
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if what == _CLOSE:
            continue
        numbers = commands[at : at + 2 * count]
        if len(numbers) < 2 * count or what not in {_MOVE, _DRAW}:
            break
        at += 2 * count
        steps = [(number >> 1) ^ -(number & 1) for number in numbers]
        xs = list(accumulate(steps[0::2], initial=x))[1:]
        ys = list(accumulate(steps[1::2], initial=y))[1:]
        if not xs:
            continue
        if what == _MOVE and part:
            yield part
            part = []
        x, y = xs[-1], ys[-1]
        flat = [0] * (2 * len(xs))
        flat[0::2], flat[1::2] = xs, ys
        part += flat
    if part:
        yield part


def signed_area(ring: Part) -> int:
    """Twice the area of a ring: above zero for an outer one, since y grows southwards."""
    xs, ys = ring[0::2], ring[1::2]
    after_x, after_y = xs[1:] + xs[:1], ys[1:] + ys[:1]
    return sum(a * d - c * b for a, b, c, d in zip(xs, ys, after_x, after_y, strict=True))


def polygons(commands: Sequence[int]) -> Iterator[list[Part]]:
    """Each outer ring with the holes that follow it."""
    rings: list[Part] = []
    for ring in parts(commands):
        if len(ring) < 6:
            continue
        if rings and signed_area(ring) > 0:
            yield rings
            rings = []
        rings.append(ring)
    if rings:
        yield rings
