"""How the harness judges a store that was opened again, and how it counts."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civictui.domain.errors import CivicError
from tests.torture.steps import Subject, World


@dataclass
class Tally:
    """Counts; the first examples of what went wrong are kept."""

    tried: int = 0
    lost: int = 0
    """Something that was acknowledged is not there, or is older."""
    half: int = 0
    """A part of a step is there and a part is not."""
    wrong: int = 0
    """Something is there that was never stored, or was taken away."""
    unreadable: int = 0
    """The store does not open, or not a second time, or takes nothing more."""
    alarms: int = 0
    """The store says that it was damaged, though nothing was."""
    escaped: int = 0
    """An error of the system came out as it is, not in the store's own words."""
    examples: list[str] = field(default_factory=list)

    def note(self, verdict: str, what: str = "") -> None:
        """Count one state; `verdict` is the name of a count and a text, or "" for a good one."""
        self.tried += 1
        if not verdict:
            return
        name, _, text = verdict.partition(": ")
        setattr(self, name, getattr(self, name) + 1)
        if len(self.examples) < 12:
            self.examples.append(f"{what} {name}: {text}")

    @property
    def clean(self) -> bool:
        return not any(getattr(self, name) for name in _BAD)

    def __str__(self) -> str:
        return (
            f"{self.lost} lost, {self.half} half, {self.wrong} wrong, "
            f"{self.unreadable} unreadable, {self.alarms} false alarms, {self.escaped} escaped"
        )

    def add(self, other: "Tally") -> None:
        for name in ("tried", *_BAD):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples = (self.examples + other.examples)[:12]


_BAD = ("lost", "half", "wrong", "unreadable", "alarms", "escaped")


def where(error: BaseException) -> str:
    """The error, and the last line of the program itself that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/civictui/" in frame.filename]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].name}" if ours else "?"
    return f"{error!r} in {place}"


def judged(found: World, allowed: Sequence[World]) -> str:
    """Nothing, where the store is as it was at one of the allowed times; the first is certain."""
    if found in allowed:
        return ""
    for section, content in allowed[0].items():
        for key, value in content.items():
            values = [world[section].get(key) for world in allowed]
            if found[section].get(key) not in values:
                return (
                    f"lost: {section} {key} is {found[section].get(key)!r:.60}, was {value!r:.60}"
                )
    for section, content in found.items():
        for key, value in content.items():
            if all(world[section].get(key) != value for world in allowed):
                return f"wrong: {section} {key} is {value!r:.60}"
    return f"half: {_differences(found, allowed[-1])}"


def _differences(found: World, world: World) -> str:
    different = [
        f"{section} {key}"
        for section in world
        for key in sorted({*found[section], *world[section]})
        if found[section].get(key) != world[section].get(key)
    ]
    return ", ".join(different)


def judge_store(
    folder: Path,
    allowed: Sequence[World],
    *,
    alarm: bool = False,
    again: bool = False,
    open_store: Callable[[Path], Subject] = Subject,
) -> tuple[str, World]:
    """Open the store and judge it; `again` also writes to it and opens it a second time.

    `alarm` says that the store may report damage, because there was some.
    """
    try:
        subject = open_store(folder)
    except CivicError as error:
        return f"unreadable: {error.sentence}", {}
    except OSError as error:
        return f"escaped: {where(error)}", {}
    try:
        found = subject.world()
        verdict = judged(found, allowed)
        if not verdict and subject.tables.findings.lost and not alarm:
            verdict = f"alarms: {subject.tables.findings}"
        if not verdict and again:
            verdict = _goes_on(subject, found)
        return verdict, found
    finally:
        subject.close()


def _goes_on(subject: Subject, found: World) -> str:
    """Whether the store still takes something and keeps everything over another opening."""
    try:
        subject.tables.put_secret("policy", "after the cut")
        subject.reopen()
    except CivicError as error:
        return f"unreadable: {error.sentence}"
    found["secrets"]["policy"] = "after the cut"
    verdict = judged(subject.world(), [found])
    if not verdict and subject.tables.findings.lost:
        verdict = f"alarms: second opening, {subject.tables.findings}"
    return verdict
