"""The composition root: the only module that builds the client's concrete objects."""

import gc
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from civictui.clock import SystemClock
from civictui.domain.errors import Unreachable, UsageError
from civictui.domain.events import StoreIsOlder
from civictui.domain.model import GeoPoint, Pack, PackOrder, SyncPhase, SyncResult
from civictui.domain.model.packing import MEGABYTE
from civictui.geo import distance, notation
from civictui.geo.addresses import geocoder
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.tiles.cover import tiles_around
from civictui.geo.receiver.gpsd import Gpsd
from civictui.net import origin_of
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
from civictui.terminal import capability


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


def build(settings: Settings) -> Client:
    """Wire the client. Opens nothing but the device's own id; asks nobody."""
    harden_process()
    collect_rarely()
    clock, signer, announcer = SystemClock(), DeviceSigner(), Announcer()
    vault = DeviceVault(settings.data_dir, distance, pepper_file=settings.pepper_file)
    session = GatewaySession(signer, clock, vault.device_id())
    origin = origin_of(settings.server) if settings.server else ""
    rules, means = _link_rules(settings), _means(settings)
    service = CivicService(
        vault,
        session,
        lambda emit: SyncLoop(
            emit,
            clock,
            signer,
            rules=rules,
            errand=AddressErrand(means.new_geocoder),
            cover=tiles_around,
        ),
        announcer,
        clock,
        origin=origin,
        position=_position(settings),
        sending_seconds=settings.sending_minutes * 60.0,
        means=means,
    )
    errand = AddressErrand(means.new_geocoder)
    return Client(service, vault, session, clock, signer, origin, rules, errand)


def collect_rarely() -> None:
    """What is loaded now stays, and a page of documents is no garbage: look for cycles less often.

    Pulling 10,000 reports takes a fifth less time.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


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


def usable_terminal(settings: Settings) -> capability.Capability:
    """What this terminal can do. Raises UsageError where it cannot show the app at all."""
    found = capability.detect()
    if found.obstacle:
        raise UsageError(found.obstacle)
    return replace(found, utf8=False) if settings.ascii else found


def run_app(
    settings: Settings, *, hint: str = "", user: str = "", builtin_map: Path | None = None
) -> int:
    """Run the app in this terminal until the person leaves. Raises UsageError without one.

    `builtin_map` is shown beside those of the person.
    """
    found = usable_terminal(settings)
    capability.prepare_environment()
    client = build(settings)

    from civictui.app import CivicApp

    app = CivicApp(
        client.service,
        server=client.origin,
        hint=hint,
        user=user,
        capability=found,
        pictures=settings.pictures,
        maps=BaseMap(settings.data_dir / "maps", builtin_map, client.service.packed_map),
        lock_after=settings.lock_minutes * 60.0,
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what the app puts back when it has left
    app.run(mouse=not found.remote)
    if app.return_code == 128 + signal.SIGTERM:
        print("civictui was asked to leave, perhaps by another one; all is saved", file=sys.stderr)
    _send_what_is_left(client.service)
    return app.return_code or 0


def _send_what_is_left(service: CivicService) -> None:
    """After a hang-up a locked store may go on sending; a signal ends that at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.end_lingering())
    service.let_linger()


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
