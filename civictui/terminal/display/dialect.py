"""What this kind of terminal understands, as far as the display makes use of it."""

from dataclasses import dataclass

from civictui.terminal.capability import TRUECOLOR, Capability


@dataclass(frozen=True, slots=True)
class Dialect:
    """The least that all of them understand: CR, BS, CUP, CUU to CUB, EL, DECSTBM, SGR 0."""

    colours: int = TRUECOLOR
    """0, 8, 16, 256 or 2**24."""
    columns: bool = True
    """CHA, a move to a column of the same line; xterm and its kin, not DEC's."""
    single: bool = True
    """SGR 22 to 29 and 39, 49, which take one attribute away; the VT100 takes all or none."""
    linefeed: bool = False
    """LF goes straight down: the line discipline puts no CR before it."""


def dialect_of(capability: Capability) -> Dialect:
    """The dialect of a terminal, by its name alone."""
    term = capability.term
    return Dialect(
        colours=capability.colours,
        columns=not term.startswith("vt"),
        single=not term.startswith("vt1"),
    )
