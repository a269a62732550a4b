"""The composition root: the only module that builds the client's concrete objects."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from civictui.clock import SystemClock
from civictui.domain.errors import Unreachable, UsageError
from civictui.domain.model import GeoPoint, Pack, PackOrder, SyncPhase, SyncResult
from civictui.domain.model.packing import MEGABYTE, TilePlace, TileSet
from civictui.domain.ports import Emit, Grant, OpenStore, TileCover
from civictui.geo import distance, notation
from civictui.geo.addresses import geocoder
from civictui.geo.maps.tiles.cover import tiles_around
from civictui.geo.receiver.gpsd import Gpsd, address_of
from civictui.origin import origin_of
from civictui.preferences import Check
from civictui.service import Announcer, CivicService
from civictui.service.means import Means, PhotoSources
from civictui.settings import Settings
from civictui.signed_policy import policy_in
from civictui.storage.envelope import DeviceSigner
from civictui.storage.hardening import harden_process
from civictui.storage.vault import DeviceVault
from civictui.sync.addresses import AddressErrand
from civictui.sync.beside import Errand
from civictui.sync.gateway import Gateway
from civictui.sync.loop import SyncLoop
from civictui.sync.once import OneSync, Wishes
from civictui.sync.pictures.link_rules import LinkRules, Meter
from civictui.sync.session import GatewaySession


@dataclass(frozen=True, slots=True)
class Client:
    """The client's parts, wired."""

    service: CivicService
    vault: DeviceVault
    session: GatewaySession
    clock: SystemClock
    signer: DeviceSigner
    origin: str
    rules: LinkRules
    errand: Errand
    cover: TileCover
    client_logs: bool
    """Whether the person lets this terminal tell the gateway how it fares."""

    async def position(self) -> GeoPoint | None:
        """Where the person is, see `Service`."""
        return await self.service.position()


def build(settings: Settings, in_force: Callable[[], Settings] | None = None) -> Client:
    """Wire the client. Opens nothing but the device's own id; asks nobody.

    `in_force` gives the settings of the moment, where they can change.
    """
    harden_process()
    collect_rarely()
    clock, signer, announcer = SystemClock(), DeviceSigner(), Announcer()
    vault = DeviceVault(settings.data_dir, distance, pepper_file=settings.pepper_file)
    session = GatewaySession(signer, clock, vault.device_id())
    means = _means(settings)
    distance.use_units(settings.units)

    def cover(points: Sequence[GeoPoint], meters: float, tiles: TileSet) -> list[TilePlace]:
        """Which tiles are packed: none where the operator lets nobody see the map."""
        allowed = "map" not in service.policy.off
        return tiles_around(points, meters, tiles) if allowed else []

    def new_sync(emit: Emit) -> SyncLoop:
        """A loop that works by the settings in force as it begins."""
        now = in_force() if in_force else settings
        return SyncLoop(
            emit,
            clock,
            signer,
            rules=_link_rules(now),
            errand=_errand(AddressErrand(geocoder.configured(now.geocoder))),
            cover=cover,
            device=vault.device_id(),
            client_logs=now.client_logs,
        )

    service = CivicService(
        vault,
        session,
        new_sync,
        announcer,
        clock,
        origin=_origin(settings),
        position=_position(settings),
        sending_seconds=settings.sending_minutes * 60.0,
        means=means,
    )
    return Client(
        service,
        vault,
        session,
        clock,
        signer,
        _origin(settings),
        _link_rules(settings),
        _errand(AddressErrand(means.new_geocoder)),
        cover,
        settings.client_logs,
    )


CHECKS: Final[Mapping[str, Check]] = {
    "server": origin_of,
    "position": notation.parse,
    "gpsd": address_of,
    "geocoder": geocoder.configured,
}
"""Those of the settings that other parts of the program read."""


def use(service: CivicService, settings: Settings) -> None:
    """Other settings: at once, or with the next sign-in where a store is open."""
    service.use_server(_origin(settings))
    service.use_means(_means(settings), _position(settings), settings.sending_minutes * 60.0)
    distance.use_units(settings.units)


def _errand(errand: Errand) -> Errand:
    """The same, left undone where the operator lets nobody ask for addresses."""

    async def obeying(store: OpenStore) -> int:
        policy = policy_in(await store.secrets.get("policy"))
        return 0 if "geocoder" in policy.off else await errand(store)

    return obeying


def _origin(settings: Settings) -> str:
    return origin_of(settings.server) if settings.server else ""


def collect_rarely() -> None:
    """What is loaded now stays, and a page of documents is no garbage: look for cycles less often.

    Pulling 10,000 reports takes a fifth less time.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


async def sync_once(
    client: Client,
    user: str,
    password: str,
    budget: int | None,
    step: Callable[[str], None],
    *,
    take_over: bool = False,
    allow_deletions: bool = False,
    photos_now: bool = False,
    audit: bool = False,
    pack: PackOrder | None = None,
    packed: Callable[[Pack], object] = lambda _: None,
) -> SyncResult:
    """Sign in, then one full sync, large pictures within `budget` bytes included.

    `step` is told the phases. With `allow_deletions` the server may delete as much as it likes;
    with `photos_now` photos go that a rule of the link keeps back; an `audit` asks whether the
    server has the pictures of all reports, and sends again what it lacks and is here. A `pack` is
    fetched for a day without a link (from where the person is, where it names no place, and where
    the operator lets somebody pack), and `packed` told how far it is. A terminal that is barred
    delivers what waits, and that is all. Raises the errors of Session, Vault and GatewayError.
    """
    service = client.service
    if not client.origin:
        raise UsageError("No server is set", "Name one with --server.")
    try:
        grant = await client.session.sign_in(client.origin, user, password)
    except Unreachable:
        if photos_now:
            await _wish_for_photos(client, user, password)
            step("the photos that wait are sent with the next sync")
        raise
    signed = await service.accept(grant, password, take_over=take_over, loop=False)
    try:
        meter = Meter(client.rules, service.outgoing.secrets, client.clock)
        gateway = await _connected(client, grant, meter, step)
        try:
            wishes = Wishes(budget, allow_deletions, photos_now, audit, pack, packed)
            result = await OneSync(service.outgoing, gateway, meter, wishes, client).run()
        finally:
            await gateway.close()
    finally:
        await service.lock()
    notice = "; ".join(filter(None, (signed.notice, result.notice)))
    return replace(result, unsent=result.unsent + service.elsewhere, notice=notice)


async def _connected(
    client: Client, grant: Grant, meter: Meter, step: Callable[[str], None]
) -> Gateway:
    async def on_step(phase: SyncPhase) -> None:
        step(phase.value)

    async def on_arrival(key: str) -> None:
        """Nobody waits for a single picture here."""

    return await Gateway.connect(
        client.service.outgoing,
        client.origin,
        grant.tokens,
        signer=client.signer,
        clock=client.clock,
        step=on_step,
        arrived=on_arrival,
        meter=meter,
        device=client.vault.device_id(),
        client_logs=client.client_logs,
    )


async def _wish_for_photos(client: Client, user: str, password: str) -> None:
    """Without a link: the photos that wait by a rule go when there is one. Raises as `unlock`."""
    await client.service.unlock(user, password, to_rescue=True)
    try:
        store = client.service.outgoing
        meter = Meter(client.rules, store.secrets, client.clock)
        await meter.begin()
        await meter.release(await store.outbox.jobs())
    finally:
        await client.service.lock()


def _means(settings: Settings) -> Means:
    """What this terminal has beside store and gateway, by its settings."""
    return Means(
        positioning=Gpsd(settings.gpsd, SystemClock()) if settings.gpsd else None,
        new_geocoder=geocoder.configured(settings.geocoder),
        photos=PhotoSources(settings.inbox, settings.capture, float(settings.capture_seconds)),
        pack=pack_order(settings),
    )


def pack_order(settings: Settings) -> PackOrder:
    """How much and how far "pack my day" fetches, by the settings."""
    most, meters = settings.pack_megabytes * MEGABYTE, settings.pack_meters
    return PackOrder(meters=float(meters), most=most)


def _link_rules(settings: Settings) -> LinkRules:
    return LinkRules(
        at_depot=settings.photos == "depot",
        daily_bytes=settings.daily_megabytes * MEGABYTE,
        cache_bytes=settings.cache_megabytes * MEGABYTE,
    )


def _position(settings: Settings) -> GeoPoint | None:
    return notation.parse(settings.position) if settings.position else None
