"""Photos: opened safely, made upright, stripped of metadata, shrunk, with a thumbnail.

The only place, beside the map's canvas, that knows Pillow, which is loaded at the first picture
and not before. What comes out is plain JPEG; what comes in may be hostile, and is decoded in a
process of its own.

    taking, drawing    what the program calls; each call blocks, and may come from any thread
    darkroom, child    the one process, asked in turn, ended when idle, too slow or broken
    worker             that process: `confinement` bounds it, `frames` is how it is spoken with
    sources            a picture of any format: `opening` and `heif` with their caps, `png`, `jpeg`
    making, cutting    what is made of it: the two JPEGs of a photo, the pixels of a drawing
    files, inbox       a photo file that a person named, or the newest of a folder
    camera, running    a photo from a command, within bounds
"""

from civictui.pictures.camera import capture
from civictui.pictures.darkroom import close
from civictui.pictures.drawing import fit, view
from civictui.pictures.files import read_file
from civictui.pictures.inbox import newest
from civictui.pictures.opening import inspect
from civictui.pictures.taking import Taken, take

__all__ = ["Taken", "capture", "close", "fit", "inspect", "newest", "read_file", "take", "view"]
