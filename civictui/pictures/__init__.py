"""Photos: opened safely, made upright, stripped of metadata, shrunk, with a thumbnail.

The only place, beside the map's canvas, that knows Pillow, which is loaded at the first picture
and not before. What comes out is plain JPEG; what comes in may be hostile (see `opening`).
"""

from civictui.pictures.drawing import fit
from civictui.pictures.files import read_file
from civictui.pictures.opening import inspect
from civictui.pictures.taking import Taken, take

__all__ = ["Taken", "fit", "inspect", "read_file", "take"]
