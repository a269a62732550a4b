"""What the operator lets be seen and sent by Open311. Read from the command line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Categories are told to everybody. Posting always needs a key."""

    jurisdiction: str = ""
    """The `jurisdiction_id` of this city; another one is not found. Empty: none is looked at."""
    public: bool = False
    """Whether everybody reads every report; else who has a key reads what came by that account."""
    notes: bool = False
    """Whether the words with which a status was set are given out, as `status_notes`."""
    a_minute: int = 600
    """How many requests a minute each API key may make."""
