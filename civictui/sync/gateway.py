"""The gateway of one store: its signed-in link, database, pictures, and rounds with them."""

import secrets as random

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.errors import SessionExpired
from civictui.domain.model import SyncState
from civictui.domain.ports import Clock, OpenStore, Signer, Tokens
from civictui.net import Link
from civictui.sync.feed import Feed
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pictures.inventory import Inventory
from civictui.sync.pictures.link_rules import LinkRules, Meter
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.pictures.transfers import Told
from civictui.sync.rounds import Round, Step
from civictui.sync.session import SignedInLink


class Gateway:
    """Everything that a loop needs of the other side. Belongs to one event loop."""

    def __init__(
        self,
        link: SignedInLink,
        remote: CouchEndpoint,
        objects: GatewayObjects,
        work: Round,
        inventory: Inventory,
    ) -> None:
        self._link = link
        self._objects = objects
        self.feed = Feed(remote, work.lost)
        self.work = work
        self.inventory = inventory
        self.maps = MapTiles(link)

    @classmethod
    async def connect(
        cls,
        store: OpenStore,
        origin: str,
        tokens: Tokens | None,
        *,
        signer: Signer,
        clock: Clock,
        step: Step,
        arrived: Told,
        meter: Meter | None = None,
    ) -> "Gateway":
        """Build the client side of a gateway; nothing is sent yet. No meter: no rules."""
        database = await store.secrets.get("database")
        identity = await store.secrets.get("gateway")
        if not database or not identity:
            raise SessionExpired("This store was never signed in", "Sign in once.")
        link = SignedInLink(Link(origin), store.secrets, signer, clock, tokens)
        remote = CouchEndpoint(link, f"/db/{database}", f"{identity}/{database}")
        local = (await store.endpoint.info()).identity
        ids = (f"{identity}/{database}", local, random.token_hex(8))
        meter = meter or Meter(LinkRules(), store.secrets, clock)
        objects = GatewayObjects(link, parts=store.blobs, moved=meter.moved)
        work = Round(
            store,
            remote,
            objects,
            ids=ids,
            step=step,
            arrived=arrived,
            clock=clock,
            meter=meter,
        )
        return cls(link, remote, objects, work, Inventory(store, link, clock))

    def use(self, tokens: Tokens) -> None:
        self._link.use(tokens)

    def hurry(self) -> None:
        """Somebody asks: pictures that were to wait for their time are tried now."""
        self.work.transfers.absent.hurry()
        self._objects.hurry()

    def hold(self, seconds: float) -> None:
        """Have a request for news held open, for at most so long; once is enough."""
        self.feed.hold(self.work.since, self.work.page_size, seconds)

    def shown_in(self, state: SyncState) -> SyncState:
        """The state, with what is known here: how far the step is, bytes, the last proof."""
        progress = self.work.progress
        return state.with_(
            done=progress.done,
            total=progress.total,
            sent_bytes=self._link.sent,
            received_bytes=self._link.received,
            proved_at=self.work.proved_at or state.proved_at,
        )

    async def close(self) -> None:
        await self.feed.close()
        await self._link.close()
