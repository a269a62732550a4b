"""Kills workers by the thousand and judges what each leaves. A program, for it has to fork:

    python -m tests.torture.kills FOLDER MODE SEED COUNT [STRACE]

MODE is one of
    random   a signal at any moment, to COUNT workers
    calls    the kernel kills at every n-th call of every kind; COUNT scripts
    errors   the kernel refuses every n-th call of every kind; COUNT scripts
    early    as random, with workers that say what is not yet done: must fail
    parts    as random, with workers that store a batch in parts: must fail
The last line that it prints is a JSON object with the counts.
"""

import itertools
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.torture.steps import Step, Subject, World, copied, new_world, script
from tests.torture.strace import Tracer, known_calls
from tests.torture.verdict import Tally, judge_store
from tests.torture.workers import REFUSED, Work, Worker, work, work_early, work_in_parts

LIVES = 5
"""So many workers work on the same store, one after the other."""
ONE_LIFE = 54
"""Steps that a worker is left in the mean before it is killed."""
FEW = {
    "submit": 3, "draft": 2, "batch": 1, "edit": 1, "acknowledge": 2, "sent": 1, "compact": 2,
    "reopen": 2,
}  # fmt: skip


class Store:
    """A store that workers work on, and what must be in it by now."""

    def __init__(self, folder: Path, steps: Sequence[Step]) -> None:
        folder.mkdir(mode=0o700)
        Subject.begin(folder).close()
        self.folder = folder
        self.left = list(steps)
        self._world = new_world()

    def judge(self, said: Sequence[int]) -> str:
        """Whether all that was said is there, and of the step that was under way all or nothing."""
        worlds = [self._world]
        for step, number in zip(self.left, said, strict=False):
            after = [_with(step, world) for world in worlds]
            more = [world for world in after if world not in worlds]
            worlds = worlds + more if number == REFUSED else after
        self.left = self.left[len(said) :]
        worlds += [_with(step, world) for step in self.left[:1] for world in worlds]
        verdict, found = judge_store(self.folder, worlds)
        if self.left and found != worlds[0] and found == worlds[-1]:
            del self.left[0]
        self._world = found
        return verdict


def _with(step: Step, world: World) -> World:
    after = copied(world)
    step.expect(after)
    return after


@contextmanager
def _store(folder: Path, steps: Sequence[Step]) -> Iterator[Store]:
    yield Store(folder, steps)
    shutil.rmtree(folder)


@dataclass
class Campaign:
    """Counts kills and what was acknowledged before them; `tally` has the verdicts."""

    folder: Path
    seed: int
    tally: Tally = field(default_factory=Tally)
    kills: int = 0
    acknowledged: int = 0

    def at_random(self, count: int, what: Work = work, kinds: dict[str, int] | None = None) -> None:
        """Kill `count` workers at any moment, a new store for every few of them."""
        rng = random.Random(self.seed)
        while self.kills < count:
            steps = script(rng.random(), 3 * LIVES * ONE_LIFE, kinds)
            with _store(self.folder / f"store{self.kills}", steps) as store:
                lives = min(LIVES, count - self.kills)
                verdicts = (self._one_life(store, rng, what) for _ in range(lives))
                any(verdicts)  # a store that is not as it should be is left at once

    def _one_life(self, store: Store, rng: random.Random, what: Work) -> str:
        worker = Worker.fork(store.folder, store.left, what)
        worker.begin()
        said = worker.wait_for(rng.randrange(2 * ONE_LIFE))
        time.sleep(rng.random() * 0.003)  # not busy: the worker may need the very same processor
        worker.kill()
        said += worker.end()
        self.kills += 1
        return self._judge(store, said, f"[kill {self.kills}]")

    def at_calls(self, strace: Path, scripts: int, inject: str) -> None:
        """Let strace do `inject` at every n-th call of every kind."""
        for number, call in itertools.product(range(scripts), known_calls()):
            steps = script(f"{self.seed}/{number}", 9, FEW)
            for nth in itertools.count(1):
                with _store(self.folder / f"{number}{call}{nth}", steps) as store:
                    what = f"{inject}:when={nth}"
                    if not self._traced(store, strace, call, what):
                        break

    def _traced(self, store: Store, strace: Path, call: str, what: str) -> bool:
        """Whether anything happened to the worker: else it made fewer such calls."""
        worker = Worker.fork(store.folder, store.left)
        tracer = Tracer.attach(strace, worker, self.folder / "notes", call, what)
        worker.begin()
        said = worker.end()
        happened = tracer.end()
        self.kills += happened
        verdict = self._judge(store, said, f"[{call} {what}]")
        if worker.status not in {0, -9} and not verdict:
            self.tally.note("unreadable: the worker ended with a traceback", f"[{call} {what}]")
        return happened

    def _judge(self, store: Store, said: Sequence[int], what: str) -> str:
        self.acknowledged += sum(number != REFUSED for number in said)
        verdict = store.judge(said)
        self.tally.note(verdict, what)
        return verdict


def _warm_up(folder: Path) -> None:
    """Have everything imported and made that is so at first use, before a call is counted."""
    with _store(folder, script(0, 60)) as store:
        work(store.folder, store.left, lambda _: None)
        store.judge(range(1, len(store.left) + 1))


def main(folder: str, mode: str, seed: str, count: str, strace: str = "") -> None:
    campaign = Campaign(Path(folder), int(seed))
    _warm_up(campaign.folder / "first")
    modes: dict[str, Callable[[], None]] = {
        "random": lambda: campaign.at_random(int(count)),
        "early": lambda: campaign.at_random(int(count), work_early),
        "parts": lambda: campaign.at_random(int(count), work_in_parts, {"batch": 1}),
        "calls": lambda: campaign.at_calls(Path(strace), int(count), "signal=SIGKILL"),
        "errors": lambda: campaign.at_calls(Path(strace), int(count), "error=EIO"),
    }
    modes[mode]()
    print(json.dumps({**asdict(campaign), "folder": folder}))


if __name__ == "__main__":
    main(*sys.argv[1:])
