"""The `_local` documents of users: replication logs, of which each user has a bounded number.

A log is never taken away by its client: a terminal that was set up anew has another one. So the
oldest goes when there is a new one too many. Whoever goes on with that begins his replication
anew, and nothing is lost.
"""

import asyncio
from weakref import WeakValueDictionary

from civictui.domain.model import Doc
from civictui.gateway.database.port import Database

MOST = 100
"""Of one user with one area; each has 64 KiB at most."""
_NAMES = "names"


class Logs:
    """Belongs to the event loop. The names of a user's logs lie where the logs lie."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, list[str]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, owner: str, name: str) -> Doc | None:
        """What was put there. Raises Problem 503."""
        return await self._database.get_local(owner, name)

    async def put(self, owner: str, name: str, body: Doc) -> None:
        """Write a log. Raises Problem 503."""
        async with self._locks.setdefault(owner, asyncio.Lock()):
            names = self._known.get(owner) or await self._names(owner)
            if name not in names:
                names = await self._with(owner, names, name)
            self._known[owner] = names
            await self._database.put_local(owner, name, body)

    async def _with(self, owner: str, names: list[str], name: str) -> list[str]:
        """Noted before it is there: what is there is always known."""
        kept = [*names, name][-MOST:]
        await self._database.put_local(_index_of(owner), _NAMES, {"names": kept})
        for gone in names[: len(names) + 1 - MOST]:
            await self._database.drop_local(owner, gone)
        return kept

    async def _names(self, owner: str) -> list[str]:
        """The oldest first."""
        found = await self._database.get_local(_index_of(owner), _NAMES)
        names = (found or {}).get("names")
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _index_of(owner: str) -> str:
    """Nobody is called like that: a user's name has no line in it."""
    return f"\nlogs\n{owner}"
