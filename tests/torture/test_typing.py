"""Figure 13: killed, hung up, told to end or locked while somebody types.

Of what was typed at most the last second is missing, the store opens, and the next sign-in goes on
in the very draft, with the cursor where it was: what is typed there next must land there.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from civictui.domain.model import Draft
from civictui.domain.ports import Account
from civictui.geo import distance
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.e2e.processes import PASSWORD
from tests.e2e.screen import AppScreen, data_folder
from tests.pty.typist import Page, Typist
from tests.torture.conftest import Say
from tests.torture.counts import FULL, count

pytestmark = pytest.mark.torture

ORIGIN, USER = "http://127.0.0.1:1", "asha"
LAST = 1.0 if FULL else 3.0
"""Seconds of typing that may be missing; a machine that runs all tests at once is slower."""
ENDS = {"kill": signal.SIGKILL, "hang-up": signal.SIGHUP, "end": signal.SIGTERM, "lock": 0}


class Terminal:
    """One terminal's store, whose user types, is interrupted, and comes back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        vault = DeviceVault(folder, distance, COSTS[-1:])
        store = asyncio.run(vault.create(Account(ORIGIN, "gateway", USER), PASSWORD))
        asyncio.run(store.close())
        self.screen = self._start()

    def _start(self) -> AppScreen:
        """Without a server: nobody asks for a password again."""
        return AppScreen.start(*data_folder(self._folder), CIVICTUI_CONFIG="/dev/null")

    def come_back(self) -> None:
        """Sign in; the list, or the draft as it was left, is on the screen then."""
        if self.screen.status is not None:
            self.screen = self._start()
        self.screen.sign_in(USER)
        self.screen.wait_until(lambda: "Password" not in self.screen.text, "signing in")
        self.screen.listen(0.3)

    def write(self) -> None:
        self.screen.wait_for("Reports")
        self.screen.press("n")
        self.screen.wait_for("New report", "Category")
        self.screen.listen(0.3)

    def interrupt(self, how: str) -> None:
        if number := ENDS[how]:
            self.screen.kill(number)
        else:
            self.screen.press("F12")
            self.screen.wait_for("Locked")

    def drafts(self) -> list[Draft]:
        """What the store holds, opened by nobody else now."""

        async def read() -> list[Draft]:
            vault = DeviceVault(self._folder, distance, COSTS[-1:])
            store = await vault.unlock(ORIGIN, USER, PASSWORD)
            try:
                return list(await store.reader.drafts())
            finally:
                await store.close()

        return asyncio.run(read())


def test_typing_that_is_interrupted_loses_a_second_at_most(fast: Path, figure: Say) -> None:
    rng, rounds = random.Random(7), count(5, 200)
    terminal, page = Terminal(fast / "data"), None
    letters, done = 0, Counter[str]()
    try:
        for number in range(rounds):
            terminal.come_back()
            if page is None:
                terminal.write()
            else:
                terminal.screen.wait_for("as you left it")
            typist = Typist(terminal.screen, rng, page or Page.of(Draft(id="")))
            typist.type_for(rng.uniform(0.2, 4.0) if number else LAST + 2.0)
            how, moment = [*ENDS][number % len(ENDS)], time.monotonic()
            terminal.interrupt(how)
            [draft] = terminal.drafts()
            page = judged(Page.of(draft), typist.since(moment - LAST), how)
            letters, done[how] = letters + typist.count, done[how] + 1
    finally:
        if terminal.screen.status is None:
            terminal.screen.kill()
    ends = ", ".join(f"{number} by {how}" for how, number in sorted(done.items()))
    figure(13, f"{rounds} interruptions of {letters} letters ({ends}): at most {LAST:.0f} s lost")


def judged(found: Page, allowed: Sequence[Page], how: str) -> Page:
    """`found`, which must be one of those. Its cursor may be that of another one among them."""
    fits = found.fields in [page.fields for page in allowed]
    assert fits, "\n".join([how, *map(str, (found, allowed[0], allowed[-1]))])
    places = {(page.at, page.offset) for page in allowed}
    assert (found.at, found.offset) in places, (how, found, places)
    return found
