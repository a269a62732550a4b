"""One sync from its beginning to its end, for a command: what the loop does in its rounds, once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from civictui.domain.errors import Barred, Refused
from civictui.domain.events import StoreIsOlder
from civictui.domain.model import Audit, GeoPoint, Pack, PackOrder, SyncResult
from civictui.domain.ports import Clock, OpenStore, TileCover
from civictui.sync.beside import Errand
from civictui.sync.gateway import Gateway
from civictui.sync.pack.packing import Packing
from civictui.sync.pictures.link_rules import Meter


@dataclass(frozen=True, slots=True)
class Wishes:
    """Large pictures are fetched within `budget` bytes, None for all, unless a day is packed.

    With `allow_deletions` the server may delete as much as it likes; with `photos_now` photos go
    that a rule of the link keeps back; an `audit` asks for the pictures that the server lacks.
    """

    budget: int | None
    allow_deletions: bool
    photos_now: bool
    audit: bool
    pack: PackOrder | None
    packed: Callable[[Pack], object]


class Means(Protocol):
    """What a sync needs beside a store and its gateway."""

    @property
    def clock(self) -> Clock: ...
    @property
    def errand(self) -> Errand: ...
    @property
    def cover(self) -> TileCover: ...

    async def position(self) -> GeoPoint | None:
        """Where the person is: a day is packed from there."""
        ...


class OneSync:
    """Belongs to one event loop."""

    def __init__(
        self, store: OpenStore, gateway: Gateway, meter: Meter, wishes: Wishes, means: Means
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._meter = meter
        self._wishes = wishes
        self._means = means

    async def run(self) -> SyncResult:
        """Both ways; where this terminal is barred, before or meanwhile, what waits is delivered.

        Raises GatewayError.
        """
        await self._store.retry_refused()
        if self._wishes.photos_now:
            await self._gateway.work.transfers.release()
        try:
            return await self._as_allowed()
        except Refused:  # it hears us: what it does not take, it is to know of
            await self._gateway.tell()
            raise

    async def _as_allowed(self) -> SyncResult:
        if not (barred := self._gateway.orders.barred):
            try:
                return await self._whole()
            except Barred as error:
                barred = await self._gateway.heed(error)
        await self._gateway.work.deliver()
        return replace(await self._moved(), barred=barred.why, barred_words=barred.words)

    async def _whole(self) -> SyncResult:
        """Raises Barred where nothing may be fetched any more."""
        work, reader = self._gateway.work, self._store.reader
        if self._wishes.allow_deletions:
            work.deletions.allow()
        await work.run()
        audit = await self._audited()
        if await self._means.errand(self._store):
            await work.run()
        pack = await self._packed()
        needs_you = [waiting for waiting in await self._store.state.waiting() if waiting.reason]
        return replace(
            await self._moved(),
            merged=work.moved.merged,
            needs_you=tuple(needs_you),
            held=work.held.count if work.held else 0,
            conflicts=len(await reader.conflicts()),
            notice=StoreIsOlder.sentence if work.rolled_back else "",
            audit=audit,
            pack=pack,
        )

    async def _audited(self) -> Audit | None:
        if not self._wishes.audit:
            return None
        work = self._gateway.work
        audit = await self._gateway.inventory.check(own=False)
        if audit.queued:
            if self._wishes.photos_now:
                await work.transfers.release()
            await work.run()
        return audit

    async def _packed(self) -> Pack | None:
        """The pictures that are wanted: for a day, which an operator may not allow, or the newest.

        Gives None where no day was packed.
        """
        order, means, pictures = self._wishes.pack, self._means, self._gateway.work.transfers
        if order is None:
            await self._gateway.work.fetch_pictures(self._wishes.budget)
            return None
        if "pack" in self._gateway.orders.policy.off:
            return None
        order = order if order.near else replace(order, near=await means.position())
        told, maps = self._wishes.packed, self._gateway.maps
        packing = Packing(self._store, pictures, maps, means.cover, means.clock, told)
        return await packing.run(order)

    async def _moved(self) -> SyncResult:
        """What went and came, and what is left; the gateway is told of that, too."""
        store, moved = self._store, self._gateway.work.moved
        await self._gateway.tell()
        rest, unsent = self._meter.rest(await store.outbox.jobs()), await store.state.unsent()
        return SyncResult(
            pulled=moved.pulled,
            pushed=moved.pushed,
            pictures_sent=moved.pictures_sent,
            pictures_fetched=moved.pictures_fetched,
            unsent=unsent.reports + unsent.photos,
            resting=rest.photos,
            rest=rest.why,
        )
