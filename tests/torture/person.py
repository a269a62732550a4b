"""A person at work, in a process of its own. A program that reads its orders from standard input.

    python -m tests.torture.person

The first line is a JSON object: `folder` of the data, `user`, `password`, `words` to put wherever a
word can be put, and `harden`. After each order it says one line:

    work      open the store and do something of everything       "ready", or the error
    open      open the store that is there                        "ready", or the error
    more      save one more report                                its id
    seal      seal the store with the same password anew          "sealed"
    lock      close the store                                     "locked"
    take      open the store although another process has it      "ready", or the error
    contend   open, save a report and close, again and again      an id for each
    crash     abort, as a fault in a library does
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any

from civictui.codec import decode_object
from civictui.domain.errors import StoreBusy, StoreError
from civictui.domain.model import Draft, Photo, Report
from civictui.domain.ports import Account, OpenStore, WriteFailure
from civictui.storage.hardening import harden_process
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.torture.steps import Flat

ORIGIN = "https://gateway.example.org"


class Person:
    """Who does what is ordered. `words` are used up one after the other."""

    def __init__(self, orders: Mapping[str, Any]) -> None:
        self._account = Account(ORIGIN, "gateway-1", orders["user"])
        self._password = orders["password"]
        self._words: Iterator[str] = iter(orders["words"])
        self._vault = DeviceVault(Path(orders["folder"]), Flat(), COSTS[-1:])
        self._store: OpenStore | None = None
        self._count = 0

    async def work(self) -> str:
        self._store = await self._vault.create(self._account, self._password)
        store, word = self._store, self._words.__next__
        photo = Photo(f"{word()}.jpg", f"{word()}.jpg", bytes=90_000, caption=word())
        await store.blobs.put(photo.large, word().encode() * 4000)
        await store.blobs.put(photo.thumbnail, word().encode() * 50)
        draft = Draft(id="d1", description=word(), address=word(), photo_path=word())
        await store.writer.save_draft(draft)
        report = Report(
            id="r1", description=word(), address=word(), category=word(),
            reported_by=self._account.user, photos=(photo,), extra={"note": word()},
        )  # fmt: skip
        await store.writer.submit(report)
        await store.secrets.put("tokens", {"refresh": word(), "key": word()})
        await store.secrets.put("policy", {"contact": word()})
        await store.endpoint.put_local("checkpoint", {"seq": word()})
        from_server = {"_id": "s1", "_rev": "1-abc", "problemDescription": word(), "type": "report"}
        assert not await store.endpoint.bulk_docs([from_server])
        rev = (await store.reader.document("r1"))["_rev"]
        await store.reject([WriteFailure("r1", rev, "forbidden", word())])
        return "ready"

    async def open(self) -> str:
        self._store = await self._vault.unlock(ORIGIN, self._account.user, self._password)
        return "ready"

    async def more(self) -> str:
        assert self._store is not None
        self._count += 1
        key = f"{os.getpid()}-{self._count}"
        await self._store.writer.submit(Report(id=key, description="one more"))
        return key

    async def seal(self) -> str:
        assert self._store is not None
        await self._store.add_password("in between")
        await self._store.keep_password(self._password)
        return "sealed"

    async def lock(self) -> str:
        assert self._store is not None
        store, self._store = self._store, None
        await store.close()
        return "locked"

    async def take(self) -> str:
        self._store = await self._vault.unlock(
            ORIGIN, self._account.user, self._password, take_over=True
        )
        return "ready"

    async def contend(self) -> str:
        """For ever, until it is killed: another process is at it, too."""
        while True:
            try:
                self._store = await self._vault.create(self._account, self._password)
            except StoreBusy:
                continue
            said = await self.more()
            print(said, flush=True)
            await self.lock()

    async def crash(self) -> str:
        os.abort()


async def main() -> None:
    orders = decode_object(sys.stdin.readline())
    if orders["harden"]:
        harden_process()
    person = Person(orders)
    known: Mapping[str, Callable[[], Coroutine[Any, Any, str]]] = {
        "work": person.work, "open": person.open, "more": person.more, "seal": person.seal,
        "lock": person.lock, "take": person.take, "contend": person.contend, "crash": person.crash,
    }  # fmt: skip
    for line in sys.stdin:
        try:
            said = await known[line.strip()]()
        except StoreError as error:
            said = f"{type(error).__name__}: {error}"
        print(said, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
