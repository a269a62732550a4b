"""How many there may be of what a person keeps."""

from typing import Final

MOST_SAVED: Final = 9
"""Saved filters of one user: each has a digit as its key."""
