"""A terminal at work in a process of its own, made to be killed.

    python -m tests.faults.worker FOLDER ORIGIN FIRST LAST

It signs in, saves reports number FIRST to LAST, each under an id that its number alone decides,
and says each number when it is saved; then it says "sent" when nothing is unsent, and stays. What
an earlier life has saved is saved again: whoever was killed does not know how far it had come.
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from civictui.domain.errors import StoreMissing
from civictui.domain.events import Event, SyncStateChanged
from civictui.domain.model import Draft, SyncPhase
from civictui.storage import slots
from tests.faults.conftest import quick_key
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import PHOTO

_EVERY_PHOTO = 20
"""So many reports share a photo."""


def report_id(number: int) -> str:
    return f"report-{number:05d}"


async def work(folder: Path, origin: str, first: int, last: int) -> None:
    terminal = Terminal(folder, origin)
    watch = Watch(terminal)
    terminal.service.listen(lambda event: _try_at_once(terminal, event))
    await _signed_in(terminal)
    photo = (await terminal.service.take_photo(str(PHOTO))).photo
    for number in range(first, last):
        photos = () if number % _EVERY_PHOTO else (photo,)
        draft = Draft(id=report_id(number), description=f"Lamp {number} is out", photos=photos)
        await terminal.service.submit(draft)
        print(number, flush=True)
    await watch.until(lambda: all_sent(terminal))
    print("sent", flush=True)
    await asyncio.Event().wait()


async def _signed_in(terminal: Terminal) -> None:
    """With or without the gateway; the first time with it, however often its answers are lost."""
    while not terminal.service.user:
        with suppress(StoreMissing):
            await terminal.service.sign_in("demo", PASSWORD)


def _try_at_once(terminal: Terminal, event: Event) -> None:
    """Somebody who presses the key as soon as it says that it waits."""
    waits = {SyncPhase.OFFLINE, SyncPhase.WAITING}
    if isinstance(event, SyncStateChanged) and event.state.phase in waits:
        terminal.service.sync_now()


if __name__ == "__main__":
    setattr(slots, "argon2id", quick_key)  # noqa: B010  # a name of the module, not of its interface
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
