"""What a gateway says that a photo may have is believed within reason."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from civictui.service.photos import LEAST_PHOTO_BYTES
from tests.played import PASSWORD, Played

PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"


@pytest.mark.parametrize("said", [1, 0, -5, 10**15, True, "400000", None])
async def test_no_policy_keeps_anybody_from_taking_photos(played: Played, said: Any) -> None:
    await played.service.sign_in("demo", PASSWORD)
    played.renews(photo_bytes=said)
    taken = await played.service.take_photo(str(PHOTO))
    assert 0 < taken.photo.bytes <= LEAST_PHOTO_BYTES


@pytest.mark.parametrize(
    ("said", "most"), [(4_000, 4_000), (1, 3_000), (10**6, 8_000), ("4000", 8_000), (None, 8_000)]
)
async def test_a_thumbnail_is_as_small_as_the_policy_asks(
    played: Played, tmp_path: Path, said: Any, most: int
) -> None:
    await played.service.sign_in("demo", PASSWORD)
    played.renews(thumbnail_bytes=said)
    file = tmp_path / "noise.png"
    Image.effect_noise((256, 256), 120).save(file)
    taken = await played.service.take_photo(str(file))
    content = await played.service.picture(taken.photo.thumbnail)
    assert content is not None
    assert most / 2 < len(content) <= most
