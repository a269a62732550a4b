"""Both flows of the original pattern, played without a terminal: each step is done and checked.

A real gateway process, two real clients with sealed stores, real sockets. A step that does not
hold ends the play with an error.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from civictui.bootstrap import Client, build
from civictui.demo.gateway import PASSWORD, USERS, GatewayProcess
from civictui.domain.errors import CivicError, SignInRefused, WrongPassword
from civictui.domain.model import Query, RowState, SyncPhase
from civictui.service import new_draft
from civictui.settings import Settings

_PATIENCE = 60.0
_PHOTO = "20171125_152218.jpg"


class PlayFailed(CivicError):
    """A step of the play did not hold."""


def play(folder: Path, say: Callable[[str], None]) -> None:
    """Play both flows in `folder`, saying each step. Raises PlayFailed."""
    gateway = GatewayProcess.start(folder)
    try:
        gateway = asyncio.run(_Play(folder, gateway, say).whole())
    finally:
        gateway.stop()


class _Play:
    def __init__(self, folder: Path, gateway: GatewayProcess, say: Callable[[str], None]) -> None:
        self._gateway = gateway
        self._say = say
        self._changed = asyncio.Event()
        self._one = self._client(folder / "terminal")
        self._two = self._client(folder / "second-terminal")

    def _client(self, folder: Path) -> Client:
        return build(Settings(server=self._gateway.server, data_dir=folder))

    async def whole(self) -> GatewayProcess:
        loop = asyncio.get_running_loop()
        for client in (self._one, self._two):
            client.service.listen(lambda _: loop.call_soon_threadsafe(self._changed.set))
        self._say(f"The gateway listens on {self._gateway.server}")
        try:
            await self._online()
            await self._offline()
        finally:
            await self._one.service.lock()
            await self._two.service.lock()
        return self._gateway

    async def _online(self) -> None:
        self._say("online:")
        await self._refused()
        await self._signed_in(self._one, USERS[0])
        report = await self._submitted("Street light out in front of the school")
        await self._until("document, photo and thumbnail are on the server", self._all_sent)
        await self._signed_in(self._two, USERS[1])
        await self._arrived(report)

    async def _offline(self) -> None:
        self._say("offline:")
        await self._one.service.lock()
        self._gateway.stop()
        self._step("the gateway is stopped")
        await self._wrong_offline()
        signed = await self._one.service.sign_in(USERS[0], PASSWORD)
        self._check("the password alone opens the store", not signed.online)
        count = await self._one.service.reader.count()
        self._check(f"{count} reports are there", count >= 505)
        report = await self._submitted("Water leaks from the main beside the road")
        row = await self._one.service.reader.report(report)
        self._check("it is listed as not sent", row.state is not RowState.SENT)
        self._gateway = await asyncio.to_thread(self._gateway.again)
        self._step("the gateway is back")
        await self._until("the client noticed by itself and sent everything", self._all_sent)
        await self._arrived(report)

    # --- steps -------------------------------------------------------------------------------

    async def _refused(self) -> None:
        try:
            await self._one.service.sign_in(USERS[0], PASSWORD + "!")
        except SignInRefused as error:
            self._step(f"a wrong password is refused, {error.remaining} attempts left")
        else:
            raise PlayFailed("A wrong password was accepted")

    async def _wrong_offline(self) -> None:
        try:
            await self._one.service.sign_in(USERS[0], PASSWORD + "!")
        except WrongPassword:
            self._step("a wrong password does not open the store, and harms nothing")
        else:
            raise PlayFailed("A wrong password opened the store")

    async def _signed_in(self, client: Client, user: str) -> None:
        await client.service.sign_in(user, PASSWORD)

        async def whole() -> bool:
            thumbnails = await client.service.store.state.wanted_thumbnails()
            idle = client.service.sync_state().phase is SyncPhase.IDLE
            return idle and not thumbnails and await client.service.reader.count() >= 505

        await self._until(f"{user} signed in; reports and thumbnails came down", whole)

    async def _submitted(self, description: str) -> str:
        service = self._one.service
        photo = files("civictui.demo").joinpath("assets", "photos", _PHOTO)
        with as_file(photo) as path:
            taken = await service.take_photo(str(path))
        draft = new_draft(
            self._one.clock,
            (taken.photo,),
            description=description,
            place="13.0763, 77.7897",
            address="Market Road, Hosakote",
        )
        await service.save_draft(draft)
        report = await service.submit(replace(draft, place_source="typed"))
        self._step(f"a new report with photo is saved: {description}")
        return report

    async def _all_sent(self) -> bool:
        state = self._one.service.sync_state()
        unsent = await self._one.service.store.state.unsent()
        return unsent.nothing and state.phase is SyncPhase.IDLE

    async def _arrived(self, report: str) -> None:
        """The other user has the report, and its picture is the very same."""
        service = self._two.service
        service.sync_now()

        async def there() -> bool:
            return report in await service.reader.find(Query())

        await self._until(f"{USERS[1]} sees it", there)
        photo = (await service.reader.report(report)).report.photos[0]
        service.want_picture(photo.large)

        async def fetched() -> bool:
            return await service.picture(photo.large) is not None

        await self._until("the picture came too", fetched)
        same = await service.picture(photo.large) == await self._one.service.picture(photo.large)
        self._check("both pictures are equal, byte for byte", same)

    async def _something(self) -> None:
        """Wait until a client says that anything happened, or for a second."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), 1)

    # --- telling and checking ----------------------------------------------------------------

    def _step(self, text: str) -> None:
        self._say(f"  ok  {text}")

    def _check(self, text: str, holds: bool) -> None:
        if not holds:
            raise PlayFailed(f"This step did not hold: {text}")
        self._step(text)

    async def _until(self, text: str, holds: Callable[[], Awaitable[bool]]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                while not await holds():
                    await self._something()
        except TimeoutError as error:
            raise PlayFailed(f"This step did not come: {text}") from error
        self._step(text)
