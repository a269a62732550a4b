"""The gateway of one store: its signed-in link, database, pictures, and rounds with them."""

import secrets as random
from collections.abc import Callable

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.errors import Barred, SessionExpired, Unreachable
from civictui.domain.model import Policy, SyncState
from civictui.domain.ports import Clock, OpenStore, Signer, Tokens
from civictui.net import Link
from civictui.sync.client_logs import ClientLogs
from civictui.sync.feed import Feed
from civictui.sync.holdings import Holdings
from civictui.sync.orders import Orders
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pictures.inventory import Inventory
from civictui.sync.pictures.link_rules import LinkRules, Meter
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.pictures.transfers import Told
from civictui.sync.progress import Step
from civictui.sync.rounds import Round
from civictui.sync.session import SignedInLink


def _nobody(_: Policy) -> None:
    """Nobody has to hear of another policy."""


class Gateway:
    """Everything that a loop needs of the other side. Belongs to one event loop."""

    def __init__(
        self,
        link: SignedInLink,
        remote: CouchEndpoint,
        objects: GatewayObjects,
        work: Round,
        inventory: Inventory,
        orders: Orders,
        holdings: Holdings,
        logs: ClientLogs,
    ) -> None:
        self._link = link
        self._objects = objects
        self.orders = orders
        self.logs = logs
        self._holdings = holdings
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
        device: str = "",
        changed: Callable[[Policy], object] = _nobody,
        client_logs: bool = False,
    ) -> "Gateway":
        """Build the client side of a gateway; nothing is sent yet. No meter: no rules.

        `device` is the id of this terminal: a policy is for one; `changed` hears of another one.
        With `client_logs` the person lets the gateway know how this terminal fares.
        """
        database = await store.secrets.get("database")
        identity = await store.secrets.get("gateway")
        if not database or not identity:
            raise SessionExpired("This store was never signed in", "Sign in once.")
        orders = Orders(store, signer, device, changed)
        await orders.recall()
        link = SignedInLink(Link(origin), store.secrets, signer, clock, tokens, orders)
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
        return cls(
            link,
            remote,
            objects,
            work,
            Inventory(store, link, clock),
            orders,
            Holdings(store, link),
            ClientLogs(store, link, clock, orders, wanted=client_logs),
        )

    def use(self, tokens: Tokens) -> None:
        self._link.use(tokens)

    def hurry(self) -> None:
        """Somebody asks: pictures that were to wait for their time are tried now."""
        self.work.transfers.absent.hurry()
        self._objects.hurry()

    async def tell(self) -> None:
        """After a round: what this terminal still holds, and how it fares. Nothing new is silent.

        Nothing is raised, and nothing is lost where nobody hears it.
        """
        await self._holdings.tell()
        await self.logs.tell()

    async def ask_policy(self) -> None:
        """What the operator asks now, see `Orders.ask`."""
        await self.orders.ask(self._link)

    async def try_policy(self) -> Unreachable | None:
        """As `ask_policy` before something is delivered, which no silence is to keep back.

        Gives what it met instead.
        """
        try:
            await self.ask_policy()
        except Unreachable as error:
            return error
        return None

    async def heed(self, no: Barred) -> Barred:
        """It lets this terminal deliver and no more: why, by the policy that it signs for that."""
        self.orders.refused(no)
        await self.try_policy()
        return self.orders.barred or no

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
