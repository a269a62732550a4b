"""What a map asks of the store: places and states, no documents."""

from pathlib import Path

import pytest

from civictui.domain.model import Doc, GeoPoint, Report, RowState, Spot
from civictui.domain.ports import Account, WriteFailure
from civictui.geo import distance
from civictui.storage.documents import Documents
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault

HERE = GeoPoint(37.77, -122.41)
NORTH = GeoPoint(37.78, -122.41)
FAR = GeoPoint(38.5, -122.41)


async def test_spots_are_what_is_near_with_its_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = DeviceVault(tmp_path, distance, COSTS[-1:])
    account = Account("https://reports.example.org", "gateway-1", "asha")
    store = await vault.create(account, "correct horse battery")
    for key, point in {"here": HERE, "north": NORTH, "far": FAR, "nowhere": None}.items():
        await store.writer.submit(Report(id=key, description="Lamp out", point=point))
    change = await store.marked.changes(0, limit=10)
    revs = {row.id: row.revs[0] for row in change.rows}
    await store.acknowledge([("north", revs["north"])])
    await store.reject([WriteFailure("here", revs["here"], "forbidden", "not yours")])

    def not_looked_at(self: Documents, key: str) -> Doc:
        raise AssertionError(key)

    with monkeypatch.context() as patch:
        patch.setattr(Documents, "get", not_looked_at)
        spots = await store.reader.spots(HERE, 2_000)
    assert sorted(spots) == [
        Spot("here", HERE, RowState.NEEDS_YOU),
        Spot("north", NORTH, RowState.SENT),
    ]
    assert len(await store.reader.spots(HERE, 20_100_000)) == 3
    await store.close()
