"""What a gateway says that a photo may have is believed within reason."""

from pathlib import Path
from typing import Any

import pytest

from civictui.service.photos import LEAST_PHOTO_BYTES
from tests.played import PASSWORD, Played

PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"


@pytest.mark.parametrize("said", [1, 0, -5, 10**15, True, "400000", None])
async def test_no_policy_keeps_anybody_from_taking_photos(played: Played, said: Any) -> None:
    await played.service.sign_in("demo", PASSWORD)
    played.renews(photo_bytes=said)
    taken = await played.service.take_photo(str(PHOTO))
    assert 0 < taken.photo.bytes <= LEAST_PHOTO_BYTES
