"""Figures and their targets, printed one a line: a target that does not hold is said as such."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `most` is the target, None where nobody has set one."""

    name: str
    value: float
    unit: str
    most: float | None = None
    remark: str = ""

    @property
    def holds(self) -> bool:
        return self.most is None or self.value <= self.most

    def __str__(self) -> str:
        target = "no target"
        if self.most is not None:
            target = f"at most {plain(self.most)}: {'holds' if self.holds else 'DOES NOT HOLD'}"
        remark = f"  [{self.remark}]" if self.remark else ""
        return f"  {self.name:<46} {plain(self.value):>8} {self.unit:<6} {target}{remark}"


def plain(number: float) -> str:
    """As many digits as say something."""
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"


def say(title: str, figures: Sequence[Figure]) -> None:
    print(title)
    for figure in figures:
        print(figure)
    print(flush=True)


def p95(values: Sequence[float]) -> float:
    """The least number that 95 of 100 do not exceed."""
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]


def spread(values: Sequence[float], *, scale: float = 1.0) -> str:
    """How far the single ones lie from each other."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"least {low * scale:.3g}, median {middle * scale:.3g}, most {high * scale:.3g}"
