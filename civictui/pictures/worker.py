"""The picture process: `python -m civictui.pictures.worker`, with a pipe in and a pipe out.

All decoding is done here, where a decoder that is led astray finds nothing of the program: no keys,
no files that are open, no environment. It ends when the program does.
"""

import os
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

from civictui.domain.errors import PictureError
from civictui.pictures import frames
from civictui.pictures.confinement import allow_cpu_for_one_more, confine
from civictui.pictures.cutting import cut
from civictui.pictures.making import make
from civictui.pictures.opening import pillow


def main() -> None:
    """Answer one request after the other until the pipe ends."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    pillow("JPEG").preinit()
    confine()
    with suppress(frames.BadFrame, BrokenPipeError):
        while True:
            words, size = frames.read_words(requests)
            allow_cpu_for_one_more()
            with _received(requests, size) as file:
                said, contents = _answer(words, file)
            frames.write(replies, said, *contents)


_SMALL = 8 * 1024 * 1024


def _received(requests: BinaryIO, size: int) -> BinaryIO:
    """The picture as a file. A large one lies in memory that does not count as this process's."""
    if size <= _SMALL or not hasattr(os, "memfd_create"):
        return BytesIO(frames.read_content(requests, size))
    file = os.fdopen(os.memfd_create("picture"), "w+b")
    frames.copy_content(requests, size, file)
    return file


def _answer(words: dict[str, Any], file: BinaryIO) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    try:
        if words["do"] == "take":
            said, large, thumbnail = make(file, words["budget"], words["thumbnail"])
            return said, (large, thumbnail)
        width, height = words["width"], words["height"]
        image = cut(file, width, height, crop=words["crop"], window=tuple(words["window"]))
        return {"width": image.width, "height": image.height}, (image.tobytes(),)
    except PictureError as error:
        return {"error": str(error), "advice": error.advice}, ()


if __name__ == "__main__":
    main()
