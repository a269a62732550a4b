"""Signals: the loop is told, and a loop that does not answer ends with the process, in order."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from civictui.terminal.departure import LAST_CHANCE, PATIENCE, SIGNALS, Departure

BLOCKED = """
import asyncio, queue, sys, time
from civictui.terminal import departure as module
from civictui.terminal.departure import Departure

module.PATIENCE = module.LAST_CHANCE = 0.2

WAYS = {"lock": lambda: queue.Queue().get(), "call": lambda: time.sleep(1000)}

async def abandon():
    print("closed", flush=True)
    if sys.argv[2] == "hangs":
        time.sleep(1000)
    if sys.argv[2] == "fails":
        raise OSError("no")

async def work(departure):
    departure.attend()
    print("ready", flush=True)
    WAYS[sys.argv[1]]()

departure = Departure(lambda number: print("told", flush=True), abandon)
with departure:
    asyncio.run(work(departure))
"""


@pytest.mark.parametrize("number", SIGNALS)
async def test_the_loop_is_told(number: int) -> None:
    told: asyncio.Queue[int] = asyncio.Queue()
    with (departure := Departure(told.put_nowait, _nothing)):
        departure.attend()
        os.kill(os.getpid(), number)
        assert await told.get() == number


async def test_a_signal_before_the_loop_is_told_later() -> None:
    told: list[int] = []
    with (departure := Departure(told.append, _nothing)):
        signal.raise_signal(signal.SIGTERM)
        assert told == []
        departure.attend()
        assert told == [signal.SIGTERM]


def test_afterwards_the_signals_are_what_they_were() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Departure(_ignore, _nothing):
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


@pytest.mark.parametrize(
    ("way", "closing"), [("lock", "works"), ("call", "works"), ("lock", "hangs"), ("call", "fails")]
)
def test_a_loop_that_does_not_answer_is_closed_from_outside(way: str, closing: str) -> None:
    command = [sys.executable, "-c", BLOCKED, way, closing]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 128 + signal.SIGTERM
        assert child.stdout.read() == "closed\n"


def test_a_store_is_free_within_five_seconds() -> None:
    assert PATIENCE + LAST_CHANCE < 5


async def _nothing() -> None:
    """Nothing is open."""


def _ignore(number: int) -> None:
    """Stay."""
