"""What the header of a JPEG says about the memory that decoding it takes.

A baseline JPEG with all its colours in one scan is decoded row by row, and libjpeg can shrink it
on the way. Every other kind (progressive, or one scan a colour) is held as a whole: two bytes a
sample, at full size, however small the result.

Source: ITU-T T.81, annex B (markers) and A.1.1 (sampling factors).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BASELINE = (0xC0, 0xC1)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
_STANDALONE = {0x00, 0x01, 0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)}
_MOST_STEPS = 20_000
"""Segments, and bytes between them, before the first scan; real files have some hundred."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`streamed`: decoded row by row. `samples`: values a pixel, 1.5 for the usual 4:2:0."""

    streamed: bool
    samples: float


def layout(file: BinaryIO) -> Layout:
    """Read the frame and the first scan header; what cannot be followed counts as held.

    Raises ValueError for a header that was made to take long.
    """
    frame, components, samples = 0, 0, 4.0
    for marker, body in _segments(file):
        if marker in _FRAMES and len(body) > 5:
            frame, components, samples = marker, body[5], _samples(body)
        elif marker == _SCAN and body:
            return Layout(frame in _BASELINE and body[0] == components, samples)
    return Layout(streamed=False, samples=samples)


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Markers and their bodies, from the start of the file to the first scan.

    What is no segment is passed over as Pillow does it. Raises ValueError for more than any camera
    writes, which Pillow would follow for minutes.
    """
    position = 2
    for _ in range(_MOST_STEPS):
        file.seek(position)
        head = file.read(4)
        if len(head) < 4:
            return
        marker = head[1]
        if head[0] != 0xFF or marker == 0xFF:  # junk, and bytes that fill
            position += 1
        elif marker in _STANDALONE:
            position += 2
        else:
            size = int.from_bytes(head[2:])
            yield marker, file.read(max(0, size - 2))
            if marker == _SCAN:
                return
            position += 2 + size
    raise ValueError("too many segments")


def _samples(frame: bytes) -> float:
    """How many values a pixel has, over all components."""
    factors = [(byte >> 4, byte & 15) for byte in frame[7 : 6 + 3 * frame[5] : 3]]
    widest = max((across for across, _ in factors), default=0)
    tallest = max((down for _, down in factors), default=0)
    if not (widest and tallest):
        return 4.0
    return sum(across * down for across, down in factors) / (widest * tallest)
