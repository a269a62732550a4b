"""What the answer to a renewal says besides tokens: the time, and what the user may do."""

from datetime import datetime
from typing import Any

from civictui.domain.model import clock_to_keep, now_text, read_time
from civictui.domain.model.policy import CLOCK_STEP
from civictui.domain.ports import Secrets
from civictui.sync.welcome import read_clock, read_offset, read_roles

NOTICEABLE_SECONDS = 2.0
"""A smaller change of the clocks' difference may be the way's: it is not written down."""


async def keep_word(secrets: Secrets, said: Any, now: datetime) -> None:
    """Seal what differs from what is sealed already; `now` is this device's clock."""
    await _keep_offset(secrets, read_offset(said, now))
    await _keep_time(secrets, read_clock(said))
    roles = list(read_roles(said))
    if await secrets.get("roles") != roles:
        await secrets.put("roles", roles)


async def note_time(secrets: Secrets, now: datetime) -> None:
    """Write down how late it is by now, in steps: a clock that is set back gains no day."""
    latest, offset = await secrets.get("latest clock"), await secrets.get("clock offset")
    if clock := clock_to_keep(latest, now, offset):
        await secrets.put("latest clock", clock)


async def _keep_offset(secrets: Secrets, offset: float | None) -> None:
    """By how much the server's clock is ahead, where that is another length now."""
    if offset is None:
        return
    kept = await secrets.get("clock offset")
    if not isinstance(kept, int | float) or abs(kept - offset) >= NOTICEABLE_SECONDS:
        await secrets.put("clock offset", offset)


async def _keep_time(secrets: Secrets, clock: datetime | None) -> None:
    """When the gateway was heard. A clock of this device that was far ahead is mended by that."""
    if clock is None:
        return
    await secrets.put("heard at", now_text(clock))
    latest = read_time(str(await secrets.get("latest clock") or ""))
    if latest and latest - clock > CLOCK_STEP:
        await secrets.put("latest clock", now_text(clock))
