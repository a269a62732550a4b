"""A terminal whose user has an area: what it holds, also when things move."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from civictui.domain.model import Query, SyncPhase
from civictui.gateway import provisioning
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from tests.gateway.database.sighted import INSIDE, OUTSIDE, next_of, report
from tests.gateway.peer import bearer, push
from tests.site import PASSWORD, Site, Terminal, Watch, one, site

__all__ = ["one", "site"]


async def shown(terminal: Terminal) -> dict[str, Any]:
    """The place of every report in the list, by id."""
    rows = await terminal.store.reader.rows(await terminal.store.reader.find(Query()))
    return {row.report.id: row.report.point.longitude if row.report.point else None for row in rows}


async def test_a_terminal_follows_its_users_area(site: Site, one: Terminal) -> None:
    folder = provisioning.open_folder(site.folder)
    here, there = Area.box(0, 0, 10, 10), Area.box(40, 0, 60, 10)
    provisioning.set_user(folder, "demo", Changes(area=here))
    near, far = report("near", **INSIDE), report("far", **OUTSIDE)
    async with httpx.AsyncClient(base_url=site.origin, trust_env=False) as asha:
        asha.headers.update(await bearer(asha, "asha"))
        await push(asha, near, far, *(report(f"far{n}", **OUTSIDE) for n in range(40)))
        watch = Watch(one)
        await one.service.sign_in("demo", PASSWORD)
        await watch.until_phase(one, SyncPhase.IDLE)
        assert await shown(one) == {"near": 5.0}

        await push(asha, next_of(near, **OUTSIDE), report("new", **INSIDE))

        def has(count: int) -> Callable[[], Awaitable[bool]]:
            async def holds() -> bool:
                return len(await shown(one)) == count

            return holds

        await watch.until(has(2))
        assert await shown(one) == {"near": 5.0, "new": 5.0}  # nothing was taken away

        provisioning.set_user(folder, "demo", Changes(area=there))
        one.service.sync_now()
        await watch.until(has(43))
        assert {**await shown(one), "new": 50.0} == dict.fromkeys(await shown(one), 50.0)
