"""A terminal at work in a process of its own, made to be killed.

    python -m tests.faults.worker FOLDER ORIGIN FIRST LAST [PIXELS]

It signs in, saves reports number FIRST to LAST, each under an id that its number alone decides,
and says each number when it is saved; then it says "sent" when nothing is unsent, and stays. What
an earlier life has saved is saved again: whoever was killed does not know how far it had come.
With PIXELS, each report has a photo of its own, so large; else some have the same one.
"""

import asyncio
import hashlib
import sys
from contextlib import suppress
from pathlib import Path

from civictui.domain.errors import GatewayError, StoreMissing
from civictui.domain.events import Event, SyncStateChanged
from civictui.domain.model import Draft, Photo, SyncPhase
from civictui.storage import slots
from tests.faults.conftest import quick_key
from tests.gateway.peer import picture
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import PHOTO

_EVERY_PHOTO = 20
"""So many reports share a photo."""


def report_id(number: int) -> str:
    return f"report-{number:05d}"


def pictures_of(number: int, pixels: int) -> tuple[bytes, bytes]:
    """The large picture of a report's own photo, and its thumbnail: noise by its number."""
    return picture(number, pixels), picture(number, 16)


async def _own_photo(terminal: Terminal, number: int, pixels: int) -> Photo:
    keys = []
    for content in pictures_of(number, pixels):
        keys.append(f"{hashlib.sha256(content).hexdigest()}.jpg")
        await terminal.store.blobs.put(keys[-1], content)
    large, thumbnail = keys
    return Photo(large, thumbnail)


async def work(folder: Path, origin: str, first: int, last: int, pixels: int = 0) -> None:
    terminal = Terminal(folder, origin)
    watch = Watch(terminal)
    terminal.service.listen(lambda event: _try_at_once(terminal, event))
    await _signed_in(terminal)
    photo = None if pixels else (await terminal.service.take_photo(str(PHOTO))).photo
    for number in range(first, last):
        if photo:
            photos = () if number % _EVERY_PHOTO else (photo,)
        else:
            photos = (await _own_photo(terminal, number, pixels),)
        draft = Draft(id=report_id(number), description=f"Lamp {number} is out", photos=photos)
        await terminal.service.submit(draft)
        print(number, flush=True)
    await _all_is_sent(terminal, watch)
    print("sent", flush=True)
    await asyncio.Event().wait()


async def _signed_in(terminal: Terminal) -> None:
    """With or without the gateway; the first time with it, however often its answers are lost."""
    while not terminal.service.user:
        with suppress(StoreMissing):
            await terminal.service.sign_in("demo", PASSWORD)


async def _all_is_sent(terminal: Terminal, watch: Watch) -> None:
    """As long as it takes, for whoever began it has patience; with the password where asked."""

    async def ends() -> bool:
        asked = terminal.service.sync_state().phase is SyncPhase.NEEDS_SIGN_IN
        return asked or await all_sent(terminal)

    while not await all_sent(terminal):
        with suppress(TimeoutError):
            await watch.until(ends)
        if terminal.service.sync_state().phase is SyncPhase.NEEDS_SIGN_IN:
            with suppress(GatewayError):
                await terminal.service.sign_in_again(PASSWORD)


def _try_at_once(terminal: Terminal, event: Event) -> None:
    """Somebody who presses the key as soon as it says that it waits."""
    waits = {SyncPhase.OFFLINE, SyncPhase.WAITING}
    if isinstance(event, SyncStateChanged) and event.state.phase in waits:
        terminal.service.sync_now()


if __name__ == "__main__":
    setattr(slots, "argon2id", quick_key)  # noqa: B010  # a name of the module, not of its interface
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])))
