"""Failures of the program, kept sealed in the store of who met them."""

from dataclasses import replace

from civictui.domain.crash import Crash
from civictui.domain.errors import NotFound
from civictui.domain.model import now_text
from civictui.service.attention import Attention

MOST = 20
"""Records that are kept; the oldest go."""
_CRASHES = "crashes"
"""The name under which the store keeps them."""


class Crashes(Attention):
    """The part of the service that remembers what the program itself did wrong.

    A record has nothing of any report: it is kept and shown also where somebody is barred.
    """

    async def keep_crash(self, crash: Crash) -> None:
        stamped = replace(crash, at=now_text(self._clock.now()))
        kept = [each.to_doc() for each in await self._crashes()]
        await self.outgoing.secrets.put(_CRASHES, [*kept, stamped.to_doc()][-MOST:])

    async def crashes(self, crash_id: str = "") -> list[Crash]:
        """The latest first, or the one with this id, however it is written."""
        found = list(reversed(await self._crashes()))
        if not crash_id:
            return found
        asked = _spelled(crash_id)
        chosen = [crash for crash in found if _spelled(crash.id) == asked]
        if not chosen:
            raise NotFound(
                "There is no record of that crash in this store",
                f"The last {MOST} are kept; civictui doctor --crashes lists them.",
            )
        return chosen

    async def _crashes(self) -> list[Crash]:
        kept = await self.outgoing.secrets.get(_CRASHES)
        listed = kept if isinstance(kept, list) else []
        return [Crash.from_doc(doc) for doc in listed if isinstance(doc, dict)]


def _spelled(crash_id: str) -> str:
    """Without the dash, and with letters that were read out wrongly put right."""
    return crash_id.upper().replace("-", "").translate(str.maketrans("ILO", "110"))
