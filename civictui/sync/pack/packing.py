"""Packing for a day without a link: pictures and map tiles of assigned and near reports.

Documents are here already: a sync goes before it. Whatever comes is kept as it comes, so a packing
that was broken off is gone on with by beginning it again. What was packed does not give way to
other pictures before the next packing.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from civictui.domain.errors import CivicError, NotConfirmed, NotFound, Refused, StoreError
from civictui.domain.model import (
    GeoPoint,
    Pack,
    PackOrder,
    PackStep,
    TilePlace,
    TileSet,
    now_text,
)
from civictui.domain.ports import Clock, OpenStore, TileCover
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pack.pack_list import Chosen, Wanted, choose, pictures_of
from civictui.sync.pack.pack_tally import Tally, Told
from civictui.sync.pack.pack_tiles import OVER, PackedTiles

PACKED = "packed"
"""The secret with the keys of the pictures that do not give way."""
LAST = "pack"
"""The secret with what the last packing ended with."""
BY_HAND = "it was stopped"
CUT_OFF = "the program ended in the middle of it"
OWN_ERROR = "the program met an error of its own"
NOT_THERE = "not on the server yet"
TOO_MANY = "nearer ones are more than a day's work"


def no_tiles(points: Sequence[GeoPoint], meters: float, tiles: TileSet) -> list[TilePlace]:
    """`TileCover` where no map is packed."""
    return []


class Fetching(Protocol):
    """What fetches one picture; `Transfers` does."""

    async def fetch_one(self, key: str) -> None: ...


class Packing:
    """One packing. Belongs to one event loop."""

    def __init__(
        self,
        store: OpenStore,
        pictures: Fetching,
        maps: MapTiles,
        cover: TileCover,
        clock: Clock,
        told: Told,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._maps = maps
        self._cover = cover
        self._clock = clock
        self._told = told
        self._open: dict[str, Wanted] = {}

    async def run(self, order: PackOrder) -> Pack:
        """All of it; gives what it ended with, which is kept until the next one ends.

        Raises UsageError where nothing says what to pack, GatewayError where there is no link from
        the beginning: then the last packing stays as it is.
        """
        self._tally = Tally(order.most)
        self._told(self._tally.pack)
        sets = await self._maps.sets()
        chosen = await choose(self._store, order)
        await self._plan(order, chosen, sets)
        reason = OWN_ERROR
        try:
            await self._fetch_pictures()
            self._tally.begin(PackStep.MAP)
            self._told(self._tally.pack)
            await self._tiles.fetch(self._told)
            reason = ""
        except CivicError as error:
            reason = str(error)
        except asyncio.CancelledError:
            reason = BY_HAND
            raise
        finally:
            pack = await self._end(reason)
        return pack

    async def _plan(self, order: PackOrder, chosen: Chosen, sets: Sequence[TileSet]) -> None:
        tally = self._tally
        tally.pack = tally.pack.with_(reports=len(chosen.reports))
        if chosen.more:
            tally.lacks(PackStep.THUMBNAILS, TOO_MANY, f"{chosen.more} reports", count=0)
        if chosen.alone:
            around = f"what lies around {chosen.alone} of your reports"
            tally.lacks(PackStep.MAP, TOO_MANY, around, count=0)
        room = order.most
        for wanted in await pictures_of(self._store, chosen.reports):
            if wanted.bytes > room:
                tally.expect(wanted.step, 0)
                self._lacks(wanted, OVER)
                continue
            room -= wanted.bytes
            tally.expect(wanted.step, wanted.bytes)
            self._open[wanted.key] = wanted
        self._tiles = PackedTiles(self._store, self._maps, self._cover, tally)
        self._tiles.plan(sets, chosen.centres, order.meters)
        # From here on the last packing is no more: a kill must not leave its words.
        await self._keep(tally.pack.with_(step=PackStep.STOPPED, reason=CUT_OFF, at=self._now))
        await self._store.secrets.put(PACKED, list(self._open))

    async def _fetch_pictures(self) -> None:
        for wanted in list(self._open.values()):
            self._tally.begin(wanted.step)
            await self._fetch(wanted)
            del self._open[wanted.key]
            self._tally.passed(wanted.bytes)
            self._told(self._tally.pack)

    async def _fetch(self, wanted: Wanted) -> None:
        """Raises what is said of the link, the session or the server as a whole."""
        if self._tally.room <= 0:  # those before were larger than their documents say
            self._lacks(wanted, OVER)
            return
        try:
            await self._pictures.fetch_one(wanted.key)
        except NotFound:
            self._lacks(wanted, NOT_THERE)
        except NotConfirmed as error:
            self._lacks(wanted, str(error))
        except Refused as error:
            if error.status == 401 or error.status >= 500:
                raise
            self._lacks(wanted, str(error))
        else:
            size = await self._store.blobs.size(wanted.key)
            self._tally.here(wanted.step, size or 0)

    async def _end(self, reason: str) -> Pack:
        for wanted in self._open.values():
            await self._leave(wanted, reason)
        if reason:
            await self._tiles.give_up(reason)
        pack = self._tally.end(self._now, reason)
        try:
            await asyncio.shield(self._keep(pack))
        except StoreError as error:
            pack = pack.with_(step=PackStep.STOPPED, reason=pack.reason or str(error))
        self._told(pack)
        return pack

    async def _leave(self, wanted: Wanted, reason: str) -> None:
        """One that was not come to; it may be here from before."""
        size = None
        with suppress(StoreError):
            size = await self._store.blobs.size(wanted.key)
        if size is None:
            self._lacks(wanted, reason)
        else:
            self._tally.here(wanted.step, size)

    async def _keep(self, pack: Pack) -> None:
        await self._store.secrets.put(LAST, pack.to_doc())

    @property
    def _now(self) -> str:
        return now_text(self._clock.now())

    def _lacks(self, wanted: Wanted, why: str) -> None:
        report = wanted.report
        self._tally.lacks(wanted.step, why, report.description, report.id)
