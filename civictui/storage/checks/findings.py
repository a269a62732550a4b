"""What a check finds: facts, and findings with what can be done about each."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Fact: TypeAlias = str | int


class Severity(StrEnum):
    """How bad it is."""

    NOTE = "note"
    """Worth knowing; nothing is wrong."""
    FAULT = "fault"
    """Not as it should be; `--repair` mends it, or it says who can."""
    LOSS = "loss"
    """Something that exists nowhere else may be gone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, where, and what can be done."""

    severity: Severity
    place: str
    what: str
    advice: str = ""


@dataclass(slots=True)
class Checkup:
    """All that was found."""

    facts: dict[str, Fact] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Whether there is nothing but notes."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)

    def note(self, place: str, what: str, advice: str = "") -> None:
        self.findings.append(Finding(Severity.NOTE, place, what, advice))

    def fault(self, place: str, what: str, advice: str = "") -> None:
        self.findings.append(Finding(Severity.FAULT, place, what, advice))

    def loss(self, place: str, what: str, advice: str = "") -> None:
        self.findings.append(Finding(Severity.LOSS, place, what, advice))
