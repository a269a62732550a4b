"""Power cuts: every moment of a recording, many outcomes of each, every one opened and judged."""

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.torture.chance import ALL, NOTHING
from tests.torture.changes import Acknowledged, Change
from tests.torture.disk import Disk, State
from tests.torture.recorder import Recorder
from tests.torture.steps import Step, Subject, World, worlds_of
from tests.torture.verdict import Tally, judge_store


@dataclass
class Recording:
    """What a store did to its files, and what must be there: `worlds[n]` after n steps.

    The power is cut only behind the first `start` changes.
    """

    changes: Sequence[Change]
    worlds: Sequence[World]
    start: int = 0
    alarm: bool = False
    """Whether the store may say that it was damaged."""


Judge = Callable[[Path, int, bool], str]
"""Given a folder, the number of acknowledged steps, and whether to look twice: a verdict."""


def record_script(folder: Path, steps: Sequence[Step], *, honest: bool = True) -> Recording:
    """Do the steps to a new store; the power may be cut once it is there."""
    folder.mkdir(mode=0o700)
    with Recorder(folder, honest=honest) as recorder:
        subject = Subject.begin(folder)
        recorder.acknowledge(0)
        start = len(recorder.changes)
        for number, step in enumerate(steps, 1):
            step.perform(subject)
            recorder.acknowledge(number)
        subject.close()
    recorder.check()
    return Recording(recorder.changes, worlds_of(steps), start)


def judge_of(recording: Recording) -> Judge:
    """Everything acknowledged is there, and of the step that was under way all or nothing."""

    def judge(folder: Path, steps: int, again: bool) -> str:
        allowed = recording.worlds[steps : steps + 2]
        return judge_store(folder, allowed, alarm=recording.alarm, again=again)[0]

    return judge


def cut_everywhere(
    recording: Recording,
    folder: Path,
    rng: random.Random,
    outcomes: int,
    judge: Judge | None = None,
) -> Tally:
    """Cut behind every change, with up to `outcomes` different outcomes each."""
    tally, judge = Tally(), judge or judge_of(recording)
    for number, steps, state in _states(recording, rng, outcomes):
        write_state(folder, state)
        verdict = judge(folder, steps, tally.tried % 4 == 0)
        shutil.rmtree(folder)
        change = type(recording.changes[number]).__name__
        tally.note(verdict, f"[cut behind {number} ({change}), {steps} steps done]")
    return tally


def _states(
    recording: Recording, rng: random.Random, outcomes: int
) -> Iterator[tuple[int, int, State]]:
    disk, steps = Disk(), 0
    seen: set[bytes] = set()
    for number, change in enumerate(recording.changes):
        disk.take(change)
        if isinstance(change, Acknowledged):
            steps, seen = change.steps, set()
        if number < recording.start:
            continue
        for state in _outcomes(disk, rng, outcomes):
            identity = _identity(state)
            if identity not in seen:
                seen.add(identity)
                yield number, steps, state


def _outcomes(disk: Disk, rng: random.Random, count: int) -> Iterator[State]:
    yield disk.after_cut(NOTHING)
    if disk.undecided:
        yield disk.after_cut(ALL)
        for _ in range(count):
            yield disk.after_cut(disk.chance(rng))


def _identity(state: State) -> bytes:
    digest = hashlib.sha256()
    for path in sorted(state):
        digest.update(path.encode() + b"\0" + (state[path] or b"") + b"\0")
    return digest.digest()


def write_state(folder: Path, state: State) -> None:
    """Make the files that a cut has left."""
    folder.mkdir(mode=0o700)
    for path, content in state.items():
        if content is None:
            (folder / path).mkdir(mode=0o700)
        else:
            descriptor = os.open(folder / path, os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(descriptor, content)
            os.close(descriptor)
