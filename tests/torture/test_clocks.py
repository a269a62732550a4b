"""Figure 8: whatever the clock says, the same reports are made, kept and found."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from civictui.domain.model import Pack, PackOrder, Query, RowState, SyncState
from civictui.domain.ports import Account, OpenStore, Tokens
from civictui.geo import distance
from civictui.service import Announcer, CivicService, new_draft
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.session import GatewaySession
from tests.torture.conftest import Say
from tests.torture.counts import count

pytestmark = pytest.mark.torture

_PASSWORD = "correct horse battery"
_YEAR_2038 = datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)
"""The last second that 32 bits can count."""


class Moments:
    """A clock that shows one moment after the other; `monotonic` alone goes on as it should."""

    def __init__(self, name: str) -> None:
        self._rng = random.Random(name)
        self._name = name
        self._asked = 0

    def now(self) -> datetime:
        self._asked += 1
        passed = timedelta(seconds=0.4 * self._asked)
        match self._name:
            case "1970":
                return datetime(1970, 1, 1, tzinfo=UTC) + passed
            case "2038":
                return _YEAR_2038 - timedelta(seconds=2) + passed
            case "backwards":
                return datetime(2026, 5, 4, tzinfo=UTC) - 3600 * passed
            case "stopped":
                return datetime(2026, 5, 4, tzinfo=UTC)
            case "wild":
                return datetime.fromtimestamp(self._rng.uniform(-1e9, 9e9), UTC)
        return datetime(2026, 5, 4, tzinfo=UTC) + passed

    def monotonic(self) -> float:
        return float(self._asked)


class NoSync:
    """`SyncControl` without a server."""

    def start(self, store: OpenStore, origin: str, tokens: Tokens | None = None) -> None:
        raise AssertionError("there is no server to sync with")

    def rest(self, store: OpenStore) -> None:
        """Nobody asks what is unsent."""

    def signed_in(self, tokens: Tokens) -> None:
        raise AssertionError("nobody signs in")

    def wake(self, *, retry: bool = False) -> None:
        """There is nothing to do."""

    def want_picture(self, key: str) -> None:
        """Nothing comes."""

    def pause(self) -> None:
        """It never runs."""

    def resume(self) -> None:
        """It has nobody to go to."""

    def send_photos(self) -> None:
        """Nothing is sent here."""

    def allow_deletions(self) -> None:
        """Nobody deletes."""

    def pack(self, order: PackOrder) -> None:
        """There is nothing to fetch from."""

    def stop_packing(self) -> None:
        """Nothing was begun."""

    def packing(self) -> Pack | None:
        return None

    def state(self) -> SyncState:
        return SyncState()

    async def recount(self) -> None:
        """Nobody looks."""

    async def stop(self) -> None:
        """It never began."""


async def _worked(folder: Path, clock: Moments, offset: float, reports: int) -> Mapping[str, str]:
    """Reports and drafts made under a clock, read again after each second one: text by state."""
    vault = DeviceVault(folder, distance, COSTS[-1:])
    store = await vault.create(Account("", "gateway-1", "asha"), _PASSWORD)
    await store.secrets.put("clock offset", offset)
    await store.close()
    session = GatewaySession(_NoSigner(), clock, vault.device_id())
    service = CivicService(vault, session, lambda _: NoSync(), Announcer(), clock, origin="")
    ids = set()
    for number in range(reports):
        if number % 6 == 0:
            await service.lock()
            await service.unlock("asha", _PASSWORD)
        draft = new_draft(clock, description=f"Report {number}", place="13.07,77.79")
        await service.save_draft(draft)
        ids.add(await service.submit(draft))
        await service.save_draft(new_draft(clock, description=f"Draft {number}"))
    await service.lock()
    await service.unlock("asha", _PASSWORD)
    assert len(ids) == reports
    reader = service.reader
    found = await reader.find(Query())
    assert set(found) == ids
    assert [len(await reader.find(Query(text=f"Report {n}"))) > 0 for n in range(reports)]
    unsent = (await service.store.state.unsent()).reports
    rows = await reader.rows(found)
    drafts = await reader.drafts()
    await service.lock()
    assert unsent == reports
    return {
        **{row.report.description: str(row.state) for row in rows},
        **{draft.description: str(RowState.DRAFT) for draft in drafts},
    }


class _NoSigner:
    """`Signer` of nobody."""

    def new_key(self) -> tuple[str, str]:
        raise AssertionError("nobody signs in")

    def sign(self, private: str, message: bytes) -> str:
        raise AssertionError("nobody signs in")

    def is_signed(self, public: str, message: bytes, signature: str) -> bool:
        raise AssertionError("nobody signs in")


@pytest.mark.parametrize("offset", [0.0, -86_400.0, 9e9])
async def test_the_same_result_under_every_clock(offset: float, fast: Path, figure: Say) -> None:
    """`offset` is what the server said of our clock; the last one is no clock's, and not taken."""
    reports = count(8, 60)
    right = await _worked(fast / "right", Moments("right"), offset, reports)
    assert len(right) == 2 * reports
    clocks = ("1970", "2038", "backwards", "stopped", "wild")
    different = [
        name
        for name in clocks
        if await _worked(fast / name, Moments(name), offset, reports) != right
    ]
    figure(
        8,
        f"{len(clocks)} wrong clocks, offset {offset:g}, {reports} reports and drafts each: "
        f"{len(different)} with another result",
    )
    assert not different
