"""The audit: whether the server has the pictures that reports name, and what can be done if not.

An object storage may lose one, or be put back to an earlier time. What lies here is queued again;
what nobody at hand has is named. Once a day for a person's own reports, for all of them on demand.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import GatewayError
from civictui.domain.model import Audit, Waiting, now_text, read_time
from civictui.domain.ports import Clock, OpenStore
from civictui.sync.downloads import is_key

EVERY = timedelta(days=1)
AT_ONCE = 500
"""Keys in one request: 36 kB."""
_WHEN = "audited"
"""The secret with the time of the last daily audit."""
_NO_SUCH_ROUTE = {404, 405}
_NAMED = 3
"""So many reports are named in the note; the command names all."""


class Inventory:
    """Asks the gateway that `link` leads to."""

    def __init__(self, store: OpenStore, link: Requests, clock: Clock) -> None:
        self._store = store
        self._link = link
        self._clock = clock

    async def daily(self) -> Audit | None:
        """That of own reports, where the last one is a day ago; else None. Raises GatewayError."""
        now = self._clock.now()
        last = read_time(await self._store.secrets.get(_WHEN) or "")
        if last is not None and timedelta() <= now - last < EVERY:
            return None
        audit = await self.check(own=True)
        await self._store.secrets.put(_WHEN, now_text(now))
        return audit

    async def check(self, *, own: bool) -> Audit:
        """Ask for the pictures of own or of all reports, and queue what can be sent again.

        Raises GatewayError. A server that does not know the question is asked nothing more.
        """
        keys = [key for key in await self._store.named_objects(own=own) if is_key(key)]
        checked, missing = 0, list[str]()
        for batch in _batches(keys):
            found = await self._missing(batch)
            if found is None:
                break
            checked, missing = checked + len(batch), missing + found
        queued, lost = await self._store.heal(missing) if missing else ([], [])
        rows = await self._store.reader.rows(lost)
        titles = {row.report.id: row.report.description for row in rows}
        return Audit(
            checked=checked,
            missing=len(missing),
            queued=tuple(queued),
            lost=tuple(Waiting(id=key, title=titles.get(key, ""), text=False) for key in lost),
        )

    async def _missing(self, keys: Sequence[str]) -> list[str] | None:
        """Those that the server has not; None where it cannot say."""
        reply = await self._link.request("POST", "/v1/objects/missing", json={"keys": list(keys)})
        if reply.status in _NO_SUCH_ROUTE:
            return None
        if reply.status != 200:
            raise reply.refusal()
        said = reply.json()
        found = said.get("missing") if isinstance(said, dict) else None
        if not isinstance(found, list):
            raise GatewayError("The gateway's answer cannot be read", "Try again later.")
        asked = set(keys)
        return [key for key in found if isinstance(key, str) and key in asked]


def in_words(audit: Audit) -> str:
    """What a person should know of it, in one line; "" where all is well."""
    said = []
    if audit.queued:
        said.append(f"the server had lost photos of {_reports(len(audit.queued))}: sent again")
    if audit.lost:
        titles = "; ".join(f"“{entry.title[:60]}”" for entry in audit.lost[:_NAMED])
        more = " and others" if len(audit.lost) > _NAMED else ""
        count = _reports(len(audit.lost))
        said.append(f"photos of {count} are neither on the server nor here: {titles}{more}")
    return "; ".join(said)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count} reports"


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
