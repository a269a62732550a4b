"""The gateway's last word, sealed in the store for the time without a link: kept and recalled.

How long ago it was counts in the gateway's time. A clock that is set back gains nothing, for the
latest time that was ever seen is sealed, too; one that was far ahead once is mended by the next
sign-in with a link.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from civictui.domain.errors import OfflineTooLong, StoreError, StoreFull, StoreReadOnly
from civictui.domain.model import clock_to_keep, days_unheard, now_text, read_time
from civictui.domain.ports import Grant, Secrets
from civictui.service.working import Working
from civictui.signed_policy import policy_in

WARNING_DAYS: Final = 3
"""So many days before the last one it is said how many are left."""
POLICY, HEARD_AT, LATEST_CLOCK = "policy", "heard at", "latest clock"
ELSEWHERE, TOLD = "elsewhere", "told standing"
"""Names of secrets; the loop keeps them, too, while it hears from the gateway."""


async def keep(work: Working, grant: Grant, now: datetime) -> None:
    """Take what a sign-in gave, and seal it; `now` is this device's clock.

    A policy counts where the gateway has the key that this store trusts.
    """
    secrets, tokens = work.store.secrets, grant.tokens
    heard_at = grant.time if read_time(grant.time) else now_text(now)
    values: dict[str, Any] = {
        "tokens": {"access": "", "expires_in": 0, "refresh": tokens.refresh, "key": tokens.key},
        "origin": work.account.origin,
        "gateway": grant.gateway,
        "database": grant.database,
        "clock offset": grant.offset,
        "roles": list(grant.roles),
        HEARD_AT: heard_at,
        LATEST_CLOCK: heard_at,
        TOLD: None,  # it is told anew: a gateway that was put back has forgotten it
    }
    if grant.policy and await secrets.get("gateway key") in {None, grant.gateway_key}:
        values[POLICY] = asdict(grant.policy)
        work.policy, work.has_heard = policy_in(values[POLICY]), True
    work.roles = frozenset(grant.roles)
    with suppress(StoreFull, StoreReadOnly):  # not remembered, but this session goes on
        await _put(secrets, values)


async def keep_elsewhere(work: Working, count: int) -> None:
    """What waits here for an earlier gateway: this one is told that something is left here."""
    with suppress(StoreFull, StoreReadOnly):
        await _put(work.store.secrets, {ELSEWHERE: count})


async def recall(work: Working) -> None:
    """What the operator asks and what this user may do, by the last word, perhaps a renewal's."""
    secrets = work.store.secrets
    work.policy = policy_in(await secrets.get(POLICY))
    await recall_roles(work)


async def recall_roles(work: Working) -> None:
    work.roles = frozenset(await work.store.secrets.get("roles") or ())


async def note_time(work: Working, now: datetime) -> None:
    """What this device's clock shows, where it is later than all that was seen."""
    secrets = work.store.secrets
    latest, offset = await secrets.get(LATEST_CLOCK), await secrets.get("clock offset")
    if clock := clock_to_keep(latest, now, offset):
        with suppress(StoreError):  # a disk that is full, or gone, keeps nobody here
            await secrets.put(LATEST_CLOCK, clock)


async def too_long(work: Working, now: datetime) -> OfflineTooLong | None:
    """Why this store does not open without a link now; None where it does."""
    days, most = await _days(work, now), work.policy.offline_days
    if not most or days <= most:
        return None
    unsent = await work.store.state.unsent()
    return OfflineTooLong(days, unsent.reports + unsent.photos)


async def ending(work: Working, now: datetime) -> str:
    """For how many days more the store opens without a link, where these are few; else "".

    One that is opened to rescue what waits in it may have none left.
    """
    most = work.policy.offline_days
    left = most - await _days(work, now)
    if not most or not 0 <= left <= WARNING_DAYS:
        return ""
    days = {0: "less than a day more", 1: "1 day more"}.get(left, f"{left} days more")
    return f"without its gateway this terminal opens for {days}: sign in once with a link"


async def _days(work: Working, now: datetime) -> int:
    get = work.store.secrets.get
    return days_unheard(
        await get(HEARD_AT), await get(LATEST_CLOCK), now, await get("clock offset")
    )


async def _put(secrets: Secrets, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if await secrets.get(name) != value:
            await secrets.put(name, value)
