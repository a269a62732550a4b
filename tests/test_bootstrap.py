"""What the wiring itself decides: which errands and which tiles the operator allows."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from civictui.bootstrap import _errand, build
from civictui.domain.events import PolicyChanged
from civictui.domain.model import GeoPoint, Policy
from civictui.domain.model.packing import TileSet
from civictui.domain.ports import OpenStore
from civictui.settings import Settings
from tests.conftest import MovableClock
from tests.played import PASSWORD, Played, signed

TILES = TileSet(
    name="city",
    version="1",
    attribution="",
    bounds=(-74.5, 40.0, -73.5, 41.0),
    min_zoom=8,
    max_zoom=10,
)


class Kept:
    """`Secrets` with a policy that says this."""

    def __init__(self, **said: Any) -> None:
        policy = signed(**said)
        self._policy = {"text": policy.text, "signature": policy.signature}

    async def get(self, name: str) -> Any:
        return self._policy if name == "policy" else None


@pytest.mark.parametrize(("on", "changed"), [(True, 3), (False, 0)])
async def test_addresses_are_asked_for_where_that_is_allowed(on: bool, changed: int) -> None:
    async def errand(_: OpenStore) -> int:
        return 3

    store = cast(OpenStore, SimpleNamespace(secrets=Kept(features={"geocoder": on})))
    assert await _errand(errand)(store) == changed


async def test_no_tiles_are_packed_where_the_map_is_off(
    clock: MovableClock, tmp_path: Path
) -> None:
    played = Played(tmp_path / "p", clock)
    client = build(Settings(data_dir=tmp_path / "t"))
    near = [GeoPoint(40.5, -74.0)]
    assert client.cover(near, 500.0, TILES)
    await played.service.sign_in("asha", PASSWORD)
    client.service._working = played.service._working
    played.loop.emit(PolicyChanged(Policy(off=frozenset({"map"}))))
    assert client.cover(near, 500.0, TILES) == []
    await played.service.lock()
