"""What the picture process answers is looked at before it is used: it may have been led astray."""

import pytest

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.pictures.darkroom import darkroom


@pytest.mark.parametrize(
    ("said", "both"),
    [
        ({}, b""),
        ({"large": "x"}, b""),
        ({"large": 3, "width": 1, "height": 1, "place": None}, b"\xff\xd8\xff" * 2),
        ({"large": 3, "place": [91, 0]}, b"\xff\xd8\xff" * 2),
        ({"large": 3}, b"#!/bin/sh"),
        ({"large": 500_000}, b"\xff\xd8\xff" * 200_000),
        ({"large": 3}, b"\xff\xd8\xff" * 3_000),
    ],
)
def test_the_picture_process_is_believed_no_more_than_it_must_be(
    said: dict[str, object], both: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "ask", lambda *_, **__: (said, both))
    with pytest.raises(PictureError, match="broke down"):
        pictures.take(b"a photo")
    with pytest.raises(PictureError, match="broke down"):
        pictures.fit(b"a photo", 8, 8)


@pytest.mark.parametrize("size", [(9, 8), (8, 9), (0, 8), (8, 8.5), (4, 4)])
def test_pixels_of_another_size_are_no_answer(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"width": size[0], "height": size[1]}
    monkeypatch.setattr(darkroom, "ask", lambda *_, **__: (said, bytes(8 * 8 * 3 - 1)))
    with pytest.raises(PictureError, match="broke down"):
        pictures.fit(b"a photo", 8, 8)
