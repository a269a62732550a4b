"""The audit: whether the server has the pictures that reports name, and what can be done if not.

An object storage may lose one, or be put back to an earlier time. What lies here is queued again;
what nobody at hand has is named. Once a day for a person's own reports, for all of them on demand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import GatewayError, Unreachable
from civictui.domain.model import Audit, Waiting, now_text, read_time
from civictui.domain.ports import Clock, OpenStore
from civictui.sync.pictures.downloads import is_key

EVERY = timedelta(days=1)
TRY_AGAIN = timedelta(hours=1)
"""After a daily audit that was not answered: it must not come with every round."""
AT_ONCE = 500
"""Keys in one request: 36 kB."""
_HEALED_AT_ONCE = 250
"""Pictures that are read and queued in one turn: others wait for the store meanwhile."""
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
        self._tried: datetime | None = None

    async def daily(self) -> Audit | None:
        """That of own reports, where the last one is a day ago; else None. Raises GatewayError."""
        now = self._clock.now()
        last = read_time(await self._store.secrets.get(_WHEN) or "")
        if _is_within(EVERY, last, now) or _is_within(TRY_AGAIN, self._tried, now):
            return None
        self._tried = now
        audit = await self.check(own=True)
        self._tried = None
        await self._store.secrets.put(_WHEN, now_text(now))
        return audit

    async def check(self, *, own: bool) -> Audit:
        """Ask for the pictures of own or of all reports, and queue what can be sent again.

        Raises GatewayError; what was found before that is queued. A server that does not know the
        question is asked nothing more.
        """
        keys = [key for key in await self._store.named_objects(own=own) if is_key(key)]
        audit = Audit(answered=False) if keys else Audit()
        for batch in _batches(keys, AT_ONCE):
            missing = await self._missing(batch)
            if missing is None:
                break
            audit = replace(
                audit,
                answered=True,
                checked=audit.checked + len(batch),
                missing=audit.missing + len(missing),
            )
            audit = await self._healed(audit, missing)
        return await self._titled(audit)

    async def _healed(self, audit: Audit, missing: Sequence[str]) -> Audit:
        """With the ids of what was queued, and of what is nowhere."""
        queued, lost = list(audit.queued), list(audit.lost)
        for some in _batches(missing, _HEALED_AT_ONCE):
            here, nowhere = await self._store.heal(some)
            queued += here
            lost += (Waiting(id=key, title="", text=False) for key in nowhere)
        return replace(audit, queued=tuple(dict.fromkeys(queued)), lost=tuple(dict.fromkeys(lost)))

    async def _titled(self, audit: Audit) -> Audit:
        rows = await self._store.reader.rows([entry.id for entry in audit.lost])
        titles = {row.report.id: row.report.description for row in rows}
        lost = (replace(entry, title=titles.get(entry.id, "")) for entry in audit.lost)
        return replace(audit, lost=tuple(lost))

    async def _missing(self, keys: Sequence[str]) -> list[str] | None:
        """Those that the server has not; None where it cannot say."""
        reply = await self._link.request("POST", "/v1/objects/missing", json={"keys": list(keys)})
        if reply.status in _NO_SUCH_ROUTE:
            return None
        if reply.status != 200:
            raise reply.refusal()
        try:
            said = reply.json()
        except Unreachable:  # a page of something on the way: the link itself is well
            said = None
        found = said.get("missing") if isinstance(said, dict) else None
        if not isinstance(found, list):
            raise GatewayError("The gateway's answer cannot be read", "Try again later.")
        named = {key for key in found if isinstance(key, str)}
        return [key for key in keys if key in named]


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


def _batches(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _is_within(span: timedelta, last: datetime | None, now: datetime) -> bool:
    """Whether that was so short a time ago; of a time that is to come nobody knows."""
    return last is not None and timedelta() <= now - last < span
