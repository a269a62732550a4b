"""The shortest history that still breaks a law."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.property.steps import History, Step, Sync

Verdict = Callable[[History], str]
"""What a history breaks, "" if nothing."""


def shrunk(history: History, verdict: Verdict, tries: int = 400) -> tuple[History, str]:
    """Leave steps out, then make the rest simpler, as long as something is still broken."""
    found = verdict(history)
    attempt = _Attempts(verdict, tries, _kind(found))
    size = max(1, len(history.steps) // 2)
    while size:
        start = 0
        while start < len(history.steps):
            steps = history.steps[:start] + history.steps[start + size :]
            shorter = replace(history, steps=steps)
            if broken := attempt(shorter):
                history, found = shorter, broken
            else:
                start += size
        size //= 2
    for number, step in enumerate(history.steps):
        for simpler in _simpler(step):
            steps = (*history.steps[:number], simpler, *history.steps[number + 1 :])
            if broken := attempt(replace(history, steps=steps)):
                history, found = replace(history, steps=steps), broken
    return history, found


class _Attempts:
    """Histories that are tried; only one that breaks the same law counts."""

    def __init__(self, verdict: Verdict, tries: int, kind: str) -> None:
        self._verdict = verdict
        self._left = tries
        self._kind = kind

    def __call__(self, history: History) -> str:
        self._left -= 1
        found = self._verdict(history) if self._left >= 0 else ""
        return found if _kind(found) == self._kind else ""


def _kind(broken: str) -> str:
    """The law, without names and numbers."""
    return re.sub(r"[^a-z ]+.*", "", re.sub(r"\d+", "", broken.partition(": ")[2]))


def _simpler(step: Step) -> Sequence[Step]:
    if not isinstance(step, Sync):
        return ()
    less = [replace(step, kill=None), replace(step, likely=0.0), replace(step, meanwhile=())]
    less += [replace(step, who=(who,)) for who in step.who if len(step.who) > 1]
    for number in range(len(step.meanwhile)):
        rest = step.meanwhile[:number] + step.meanwhile[number + 1 :]
        less.append(replace(step, meanwhile=rest))
    return [simpler for simpler in less if simpler != step]
