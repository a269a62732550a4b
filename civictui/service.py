"""CivicService: what a person can do, without screens, files or sockets.

It brings together the vault, the session and the sync loop; who calls it is the app, the command
line or a test. It knows no Textual, no TinyDB and no httpx.
"""

import asyncio
import unicodedata
from contextlib import suppress
from datetime import timedelta
from typing import Any

from civictui.domain.errors import (
    GatewayError,
    SignInBlocked,
    SignInRefused,
    StoreError,
    StoreFull,
    StoreMissing,
    Unreachable,
    UsageError,
    WrongPassword,
)
from civictui.domain.events import Event, ReportSaved, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.model import Draft, GeoPoint, Photo, Report, SignedIn, SyncState, now_text
from civictui.domain.ports import (
    Clock,
    Emit,
    Grant,
    OpenStore,
    Reader,
    Session,
    SyncControl,
    TakenPhoto,
    Vault,
)
from civictui.domain.text import clean, one_line
from civictui.geo import notation

PHOTO_BYTES = 400_000
"""What a photo may have where the gateway's policy says nothing."""
DESCRIPTION_CHARACTERS = 20_000
FIELD_CHARACTERS = 500
REASONABLE_OFFSET = 10 * 366 * 24 * 3600.0
"""Seconds that the two clocks may differ by before the server's word is not taken."""


class Announcer:
    """Passes events on to whoever listens, from whichever thread they come."""

    def __init__(self) -> None:
        self._listeners: list[Emit] = []

    def listen(self, listener: Emit) -> None:
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


class CivicService:
    """`Service`. `origin` is the gateway's, or "" where none is known yet."""

    def __init__(
        self,
        vault: Vault,
        session: Session,
        sync: SyncControl,
        announcer: Announcer,
        clock: Clock,
        *,
        origin: str,
        position: GeoPoint | None = None,
    ) -> None:
        self._vault = vault
        self._session = session
        self._sync = sync
        self._announcer = announcer
        self._clock = clock
        self._configured = origin
        self._origin = origin
        self._position = position
        self._open: OpenStore | None = None
        self.elsewhere = 0
        """What waits in this user's stores of gateways that were at this address before."""

    # --- who works -----------------------------------------------------------------------------

    @property
    def user(self) -> str:
        return self._open.user if self._open else ""

    @property
    def reader(self) -> Reader:
        return self.store.reader

    @property
    def store(self) -> OpenStore:
        """The unlocked store. Raises StoreError while locked."""
        if self._open is None:
            raise StoreError("The store is locked", "Sign in first.")
        return self._open

    def listen(self, listener: Emit) -> None:
        self._announcer.listen(listener)

    async def sign_in(self, user: str, password: str) -> SignedIn:
        await self.lock()
        try:
            grant = await self._ask(user, password)
        except SignInRefused:
            raise
        except GatewayError as error:  # no link, a proxy's page, a pause: the store is here
            await self._unlock_instead(user, password, error)
            self._start(None)
            return SignedIn(user=self.user, online=False, notice=self.store.notice)
        await self.accept(grant, password)
        self._start(grant)
        name, notice = grant.display_name, self.store.notice or self._elsewhere_notice()
        return SignedIn(user=self.user, online=True, display_name=name, notice=notice)

    async def sign_in_again(self, password: str) -> SignedIn:
        grant = await self._ask(self.user, password)
        await self._keep(grant)
        self._sync.signed_in(grant.tokens)
        return SignedIn(user=self.user, online=True, display_name=grant.display_name)

    async def unlock(self, user: str, password: str) -> None:
        """Open the store with the password alone. Raises the errors of Vault."""
        self._open = await self._vault.unlock(self._origin, _spelled(user), password)
        self._origin = self._origin or str(await self._open.secrets.get("origin") or "")

    async def _unlock_instead(self, user: str, password: str, error: GatewayError) -> None:
        """Unlock where the gateway gave no answer. Of two refusals a pause is the one to tell."""
        try:
            await self.unlock(user, password)
        except (StoreMissing, WrongPassword):
            if isinstance(error, SignInBlocked):
                raise error from None
            raise

    async def accept(self, grant: Grant, password: str) -> None:
        """Open, or create, the store of a user whom the gateway has just accepted."""
        try:
            self._open = await self._vault.create(self._origin, grant.gateway, grant.user, password)
        except WrongPassword as error:
            raise StoreError(
                "The gateway accepts this password, but the store here was sealed with another",
                "Nothing was changed. The earlier password still opens it without a link.",
            ) from error
        await self._keep(grant)
        self.elsewhere = await self._vault.unsent_elsewhere(
            self._origin, grant.gateway, grant.user, password
        )

    async def lock(self) -> None:
        store, self._open = self._open, None
        if store:
            try:
                await self._sync.stop()
            finally:
                await store.close()
        self._origin = self._configured

    def _elsewhere_notice(self) -> str:
        if not self.elsewhere:
            return ""
        return f"{self.elsewhere} reports or photos wait for the gateway that was here before"

    async def _ask(self, user: str, password: str) -> Grant:
        if not self._origin:
            raise Unreachable("No server is set", "Name one with --server.")
        return await self._session.sign_in(self._origin, _spelled(user), password)

    async def _keep(self, grant: Grant) -> None:
        """Seal what a sign-in gave, for the time without a link."""
        secrets = self.store.secrets
        tokens = grant.tokens
        kept = {"access": "", "expires_in": 0, "refresh": tokens.refresh, "key": tokens.key}
        values: dict[str, Any] = {
            "tokens": kept,
            "origin": self._origin,
            "gateway": grant.gateway,
            "database": grant.database,
            "policy": dict(grant.policy),
            "clock offset": grant.offset,
        }
        with suppress(StoreFull):  # then it is not remembered, but this session goes on
            for name, value in values.items():
                if await secrets.get(name) != value:
                    await secrets.put(name, value)

    def _start(self, grant: Grant | None) -> None:
        if self._origin:
            self._sync.start(self.store, self._origin, grant.tokens if grant else None)

    # --- reports -------------------------------------------------------------------------------

    async def take_photo(self, path: str) -> TakenPhoto:
        from civictui import pictures

        content = await asyncio.to_thread(pictures.read_file, path)
        policy = await self.store.secrets.get("policy") or {}
        budget = policy.get("photo_bytes")
        budget = budget if isinstance(budget, int) and budget > 0 else PHOTO_BYTES
        taken = await asyncio.to_thread(pictures.take, content, budget)
        picture = taken.picture
        await self.store.blobs.put(picture.photo.large, picture.large)
        await self.store.blobs.put(picture.photo.thumbnail, picture.thumbnail)
        return TakenPhoto(picture.photo, taken.point, taken.taken_at)

    async def submit(self, draft: Draft) -> str:
        store = self.store
        report = await self._report_of(draft)
        await store.writer.submit(report, draft.id)
        if report.point:
            await self._stand_at(report.point)
        await self._sync.recount()
        self._announcer.emit(ReportSaved(report.id))
        self._announcer.emit(ReportsChanged())
        self._sync.wake()
        return report.id

    async def save_draft(self, draft: Draft) -> None:
        stamped = Draft.from_doc({**draft.to_doc(), "saved_at": now_text(self._clock.now())})
        await self.store.writer.save_draft(stamped)

    async def discard_draft(self, draft_id: str) -> None:
        await self.store.writer.discard_draft(draft_id)

    async def picture(self, key: str) -> bytes | None:
        return await self.store.blobs.get(key)

    def want_picture(self, key: str) -> None:
        self._sync.want_picture(key)

    async def position(self) -> GeoPoint | None:
        if self._position is None and self._open:
            self._position = GeoPoint.from_geojson(await self._open.secrets.get("position"))
        return self._position

    def sync_now(self) -> None:
        self._sync.wake(retry=True)

    def sync_state(self) -> SyncState:
        return self._sync.state()

    # --- inside --------------------------------------------------------------------------------

    async def _report_of(self, draft: Draft) -> Report:
        """The report that a draft makes. Raises UsageError, PlaceError."""
        description = clean(draft.description).strip()
        if not description:
            raise UsageError("A report needs a description", "Say in a few words what is wrong.")
        _limit("description", description, DESCRIPTION_CHARACTERS)
        address, category = one_line(draft.address), one_line(draft.category)
        _limit("address", address, FIELD_CHARACTERS)
        _limit("category", category, FIELD_CHARACTERS)
        point = notation.parse(draft.place) if draft.place.strip() else None
        device = self._clock.now()
        offset = await self._clock_offset()
        reported = now_text(device + timedelta(seconds=offset))
        return Report(
            id=draft.id or new_id(device),
            reported_by=self.user,
            reported_at=reported,
            description=description,
            category=category,
            address=address,
            address_source="typed" if address else "",
            point=point,
            location={"source": draft.place_source, "at": now_text(device)} if point else {},
            photos=draft.photos,
            extra={"clock": {"device": now_text(device), "offset": offset}},
        )

    async def _clock_offset(self) -> float:
        """Seconds by which the server's clock is ahead; one beyond reason is no clock's."""
        offset = float(await self.store.secrets.get("clock offset") or 0.0)
        return offset if abs(offset) <= REASONABLE_OFFSET else 0.0

    async def _stand_at(self, point: GeoPoint) -> None:
        """Where the last report is, the person was last. The report itself is saved already."""
        self._position = point
        with suppress(StoreError):
            await self.store.secrets.put("position", point.to_geojson())


def new_draft(clock: Clock, photos: tuple[Photo, ...] = (), **fields: str) -> Draft:
    """A draft with an id of its own, which the report will keep."""
    return Draft(id=new_id(clock.now()), photos=photos, **fields)


def _spelled(user: str) -> str:
    return unicodedata.normalize("NFC", user.strip())


def _limit(name: str, text: str, characters: int) -> None:
    if len(text) > characters:
        raise UsageError(f"The {name} is longer than {characters} characters", "Shorten it.")
