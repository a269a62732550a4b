"""The composition root: the only module that builds the client's concrete objects."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from civictui.clock import SystemClock
from civictui.domain.errors import Unreachable, UsageError
from civictui.domain.events import StoreIsOlder
from civictui.domain.model import GeoPoint, Pack, PackOrder, SyncPhase, SyncResult
from civictui.domain.model.packing import MEGABYTE
from civictui.domain.ports import Emit
from civictui.geo import distance, notation
from civictui.geo.addresses import geocoder
from civictui.geo.maps.tiles.cover import tiles_around
from civictui.geo.receiver.gpsd import Gpsd, address_of
from civictui.origin import origin_of
from civictui.preferences import Check
from civictui.service import Announcer, CivicService
from civictui.service.means import Means, PhotoSources
from civictui.settings import Settings
from civictui.storage.envelope import DeviceSigner
from civictui.storage.hardening import harden_process
from civictui.storage.vault import DeviceVault
from civictui.sync.addresses import AddressErrand
from civictui.sync.beside import Errand
from civictui.sync.gateway import Gateway
from civictui.sync.loop import SyncLoop
from civictui.sync.pack.packing import Packing
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

    def new_sync(emit: Emit) -> SyncLoop:
        """A loop that works by the settings in force as it begins."""
        now = in_force() if in_force else settings
        errand = AddressErrand(geocoder.configured(now.geocoder))
        rules = _link_rules(now)
        return SyncLoop(emit, clock, signer, rules=rules, errand=errand, cover=tiles_around)

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
        AddressErrand(means.new_geocoder),
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
    fetched for a day without a link (from where the person is, where it names no place), and
    `packed` told how far it is. Raises the errors of Session, Vault and GatewayError.
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

    async def on_step(phase: SyncPhase) -> None:
        step(phase.value)

    async def on_arrival(key: str) -> None:
        """Nobody waits for a single picture here."""

    store = service.store
    meter = Meter(client.rules, store.secrets, client.clock)
    gateway = await Gateway.connect(
        store,
        client.origin,
        grant.tokens,
        signer=client.signer,
        clock=client.clock,
        step=on_step,
        arrived=on_arrival,
        meter=meter,
    )
    try:
        work = gateway.work
        if allow_deletions:
            work.deletions.allow()
        await store.retry_refused()
        if photos_now:
            await work.transfers.release()
        await work.run()
        audited = await gateway.inventory.check(own=False) if audit else None
        if audited and audited.queued:
            if photos_now:
                await work.transfers.release()
            await work.run()
        if await client.errand(store):
            await work.run()
        day = None
        if pack:
            order = pack if pack.near else replace(pack, near=await service.position())
            pictures, maps = work.transfers, gateway.maps
            packing = Packing(store, pictures, maps, tiles_around, client.clock, packed)
            day = await packing.run(order)
        else:
            await work.fetch_pictures(budget)
        rest = meter.rest(await store.outbox.jobs())
        older = StoreIsOlder.sentence if work.rolled_back else ""
        moved, unsent = work.moved, await store.state.unsent()
        needs_you = [waiting for waiting in await store.state.waiting() if waiting.reason]
        return SyncResult(
            pulled=moved.pulled,
            pushed=moved.pushed,
            pictures_sent=moved.pictures_sent,
            pictures_fetched=moved.pictures_fetched,
            merged=moved.merged,
            needs_you=tuple(needs_you),
            held=work.held.count if work.held else 0,
            unsent=unsent.reports + unsent.photos + service.elsewhere,
            conflicts=len(await store.reader.conflicts()),
            notice="; ".join(filter(None, (signed.notice, older))),
            resting=rest.photos,
            rest=rest.why,
            audit=audited,
            pack=day,
        )
    finally:
        await gateway.close()
        await service.lock()


async def _wish_for_photos(client: Client, user: str, password: str) -> None:
    """Without a link: the photos that wait by a rule go when there is one. Raises as `unlock`."""
    await client.service.unlock(user, password)
    try:
        store = client.service.store
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
