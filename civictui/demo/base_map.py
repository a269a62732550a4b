"""The map that the demo ships: downtown San Francisco, where most of its reports are."""

from importlib.resources import files
from pathlib import Path


def shipped_map() -> Path:
    """The file, which a `BaseMap` takes as the built-in one. Its origin is in assets/CREDITS.md."""
    return Path(str(files("civictui.demo").joinpath("assets", "san_francisco.pmtiles")))
