import os
from collections.abc import Iterator
from typing import TextIO

import pytest

from civictui.terminal.driver import GoneProof


@pytest.fixture
def line() -> Iterator[tuple[int, TextIO]]:
    """Both ends of a pipe: what was written comes out of the first."""
    read, write = os.pipe()
    with os.fdopen(write, "w") as stream:
        yield read, stream


def test_writes_arrive(line: tuple[int, TextIO]) -> None:
    read, stream = line
    proof = GoneProof(stream)
    assert proof.write("abc") == 3
    proof.flush()
    assert os.read(read, 10) == b"abc"
    os.close(read)


def test_writes_to_a_line_that_is_gone_are_dropped(line: tuple[int, TextIO]) -> None:
    read, stream = line
    os.close(read)
    proof = GoneProof(stream)
    for _ in range(3):
        assert proof.write("x" * 100_000) == 100_000
        proof.flush()
    stream.flush()
