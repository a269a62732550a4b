"""Runs of a script in which something happens to the process or to a call, and what follows.

`FaultTrial`: a call fails while a person works. The person is told, tries again, opens the store
anew and tries once more; where the disk does not recover, that is the end. Whatever was
acknowledged must be there afterwards, also when the power goes.

`second_life`: the process is killed before a call and started again. What the new process shows
counts as acknowledged, and so does what it does next, when the power goes later.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civictui.domain.errors import CivicError
from tests.torture.chance import ALL, NOTHING
from tests.torture.cuts import Recording, write_state
from tests.torture.disk import Disk, State
from tests.torture.faults import Fault, Killed, Kills
from tests.torture.recorder import Recorder
from tests.torture.steps import Step, Subject, World, copied, new_world
from tests.torture.verdict import Tally, judge_store, judged, where


def calls_of(folder: Path, steps: Sequence[Step]) -> list[str]:
    """The names of all calls that the script makes when nothing fails."""
    with Recorder(_begun(folder)) as recorder:
        subject = Subject(folder)
        for step in steps:
            step.perform(subject)
        subject.close()
    return recorder.calls


def _begun(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    Subject.begin(folder).close()
    return folder


# --- a call fails ------------------------------------------------------------------------------


@dataclass
class FaultTrial:
    """One run of `steps` with `fault`; `patience` steps may fail before the store is opened anew.

    `worlds` is what may be in the store: a step that failed may be there or not.
    """

    folder: Path
    steps: Sequence[Step]
    fault: Fault
    patience: int = 0
    worlds: list[World] = field(default_factory=lambda: [new_world()])
    verdict: str = ""
    failed: int = 0
    _over: bool = False

    def run(self) -> None:
        """Do all steps; `verdict` says the first thing that was wrong."""
        with Recorder(_begun(self.folder), self.fault) as self._recorder:
            self._subject: Subject | None = None
            for step in self.steps:
                if not self._over and not self.verdict:
                    self._do(step)
            self._leave()
        self._recorder.check()

    def outcomes(self, rng: random.Random, count: int) -> Iterator[State]:
        """What a power cut leaves after the run."""
        disk = Disk(self._recorder.changes)
        yield from (disk.after_cut(chance) for chance in (NOTHING, ALL))
        yield from (disk.after_cut(disk.chance(rng)) for _ in range(count))

    def _do(self, step: Step) -> None:
        if self._try(step):
            return
        self.failed += 1
        self._look()
        if self.failed <= self.patience:
            return
        for _ in range(2):
            if self._try(step) or self.verdict:
                return
            self._leave()
        if self.fault.for_ever:
            self._over = True
        elif not self._try(step):
            self.verdict = self.verdict or f"unreadable: {step.kind} fails on a disk that is whole"

    def _try(self, step: Step) -> bool:
        """Whether the step was acknowledged. Where it was not, it may be there or not."""
        after: list[World] = []
        try:
            self._open()
            after = [copied(world) for world in self.worlds]
            for world in after:
                step.expect(world)
            assert self._subject is not None
            step.perform(self._subject)
        except CivicError:
            self.worlds += [world for world in after if world not in self.worlds]
            return False
        except OSError as error:
            self.verdict = f"escaped: {step.kind}: {where(error)}"
            return False
        if after[0] != self.worlds[0]:  # else nothing was to be done, whatever lies on the disk
            self.worlds = after
        if step.kind == "reopen":
            self._look(opened=True)
        return True

    def _open(self) -> None:
        if self._subject is None or not self._subject.is_open:
            self._subject = Subject(self.folder)
            self._look(opened=True)

    def _look(self, *, opened: bool = False) -> None:
        """The store must show one of the possible worlds; what it opens with is so from now on."""
        if self._subject is None or not self._subject.is_open or self.verdict:
            return
        fault, self._recorder.fault = self._recorder.fault, Fault()
        found = self._subject.world()
        self._recorder.fault = fault
        self.verdict = judged(found, self.worlds)
        self.worlds = [found] if opened else sorted(self.worlds, key=lambda world: world != found)

    def _leave(self) -> None:
        subject, self._subject = self._subject, None
        try:
            if subject is not None:
                subject.close()
        except OSError as error:
            self.verdict = self.verdict or f"escaped: closing: {where(error)}"


def judge_trial(trial: FaultTrial, scratch: Path, rng: random.Random, outcomes: int) -> Tally:
    """Judge the run, the store as it lies there, and what power cuts leave of it."""
    tally = Tally()
    what = f"[{trial.fault}]"
    scratch.mkdir()
    tally.note(trial.verdict, what)
    for number, state in enumerate(trial.outcomes(rng, outcomes)):
        folder = scratch / f"{trial.folder.name}.{number}"
        write_state(folder, state)
        tally.note(judge_store(folder, trial.worlds, again=True)[0], f"{what} and a power cut")
    tally.note(judge_store(trial.folder, trial.worlds, again=True)[0], f"{what} and nothing else")
    return tally


# --- the process is killed -----------------------------------------------------------------------


def second_life(folder: Path, steps: Sequence[Step], at: int, more: int) -> tuple[str, Recording]:
    """Kill the process before its `at`-th call, start it again and do `more` steps.

    Returns a verdict on what the second process found, and what to cut the power of: until that
    one shows something, what was acknowledged before counts.
    """
    with Recorder(_begun(folder), Kills(at)) as recorder:
        done, before = _until_killed(folder, steps)
        recorder.revive()
        start = len(recorder.changes)
        after = copied(before)
        if done < len(steps):
            steps[done].expect(after)
        recorder.acknowledge(0)
        subject = Subject(folder)
        worlds = [before, after, subject.world()]
        verdict = judged(worlds[2], worlds[:2])
        recorder.acknowledge(2)
        for number, step in enumerate(steps[done : done + more], 3):
            step.perform(subject)
            worlds.append(copied(worlds[-1]))
            step.expect(worlds[-1])
            recorder.acknowledge(number)
        subject.close()
    recorder.check()
    return verdict, Recording(recorder.changes, worlds, start)


def _until_killed(folder: Path, steps: Sequence[Step]) -> tuple[int, World]:
    """How many steps were done, and what must be there then."""
    done, world = 0, new_world()
    try:
        subject = Subject(folder)
        for step in steps:
            step.perform(subject)
            step.expect(world)
            done += 1
        subject.close()
    except Killed:
        pass
    return done, world
