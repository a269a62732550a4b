"""Starting the app: its first page is painted before the rest of the program is even loaded.

Most of what the program consists of (store, sync, network) is needed when somebody has signed in,
and loading it takes longer than painting a page. It is loaded and wired by a thread meanwhile.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from civictui.domain.errors import UsageError
from civictui.domain.model import NO_POLICY, Policy
from civictui.domain.text import one_line
from civictui.origin import origin_of
from civictui.preferences import Preferences
from civictui.settings import Settings, config_file
from civictui.storage.hardening import harden_process
from civictui.terminal import capability

if TYPE_CHECKING:
    from civictui.app import CivicApp
    from civictui.domain.ports import Emit, Service
    from civictui.geo.maps.base_map import BaseMap
    from civictui.service import CivicService

_TURN = 0.001
"""Seconds that a busy thread keeps the others waiting, a fifth of what is usual: a key on its way
to the screen gives the interpreter away several times, and waits for the sync's and the store's
threads each time.
"""
_JUDGED = ("server", "position", "gpsd", "geocoder")
"""Settings that other parts of the program read; see `bootstrap.CHECKS`."""


class LateService:
    """`Service`, built by `build` in a thread of its own: at `begin`, or at its first use.

    Until then nobody is signed in and there is nothing to close. Whoever needs more than that
    waits until it is whole, and gets what `build` raised.
    """

    def __init__(self, build: "Callable[[], Service]") -> None:
        self._build = build
        self._turn = Lock()
        self._listeners: list[Emit] = []
        self._building: Future[Service] | None = None
        self._whole: Service | None = None

    def begin(self) -> "Future[Service]":
        with self._turn:
            if self._building is None:
                pool = ThreadPoolExecutor(1, thread_name_prefix="start")
                self._building = pool.submit(self._make)
                pool.shutdown(wait=False)
            return self._building

    def _make(self) -> "Service":
        service = self._build()
        with self._turn:
            for listener in self._listeners:
                service.listen(listener)
            self._whole = service
        return service

    def built(self) -> "Service | None":
        """The whole, waited for; None where nobody has asked for it. Raises what `build` raised."""
        return self._building.result() if self._building else None

    def listen(self, listener: "Emit") -> None:
        with self._turn:
            self._listeners.append(listener)
            if self._whole:
                self._whole.listen(listener)

    @property
    def user(self) -> str:
        return self._whole.user if self._whole else ""

    @property
    def policy(self) -> Policy:
        return self._whole.policy if self._whole else NO_POLICY

    @property
    def barred(self) -> str:
        return self._whole.barred if self._whole else ""

    async def notice(self) -> str:
        """Once it is whole: nobody who types is kept waiting for it."""
        building = self.begin()
        await asyncio.wait([asyncio.wrap_future(building)])
        return "" if building.exception() else await building.result().notice()

    def lingering(self) -> int:
        return self._whole.lingering() if self._whole else 0

    def give_up(self) -> None:
        if self._whole:
            self._whole.give_up()

    async def lock(self, *, linger: bool = False) -> None:
        if self._whole:
            await self._whole.lock(linger=linger)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.begin().result(), name)


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
    own = own_keys(settings)
    origin = origin_of(settings.server) if settings.server else ""
    sys.setswitchinterval(_TURN)
    harden_process()
    capability.prepare_environment()
    service = LateService(lambda: _service(preferences))
    preferences = _preferences(settings, service)

    from civictui.app import CivicApp  # the toolkit reads the environment as it is loaded

    app = CivicApp(
        cast("Service", service),
        server=origin,
        hint=hint,
        user=user,
        capability=found,
        full_repaint=settings.full_repaint,
        pictures=settings.pictures,
        maps=partial(_maps, settings.data_dir / "maps", builtin_map, service),
        lock_after=settings.lock_minutes * 60.0,
        keymap=own,
        preferences=preferences,
        first_run=not origin and not _holds_any(settings.data_dir),
        painted=lambda: service.begin().add_done_callback(lambda made: _end_if_broken(app, made)),
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what the app puts back when it has left
    # GNU screen that reports the mouse keeps an Esc back until another key comes.
    app.run(mouse=not found.remote and found.multiplexer != "screen")
    if app.return_code == 128 + signal.SIGTERM:
        print("civictui was asked to leave, perhaps by another one; all is saved", file=sys.stderr)
    if whole := service.built():
        _send_what_is_left(cast("CivicService", whole))
    return app.return_code or 0


def _end_if_broken(app: "CivicApp", made: "Future[Service]") -> None:
    if made.exception():
        app.call_later(app.exit)


def own_keys(settings: Settings) -> dict[str, str]:
    """The person's keymap. What is wrong in it goes to stderr in one go; then UsageError."""
    if not settings.keys:
        return {}

    from civictui import keymap

    found, faults = keymap.from_file(settings.keys, path := config_file())
    for fault in faults:
        said = one_line(f"{fault.at(path)}: {fault.id}: {fault.words}")
        print(f"civictui: {said}", file=sys.stderr)
    if faults:
        raise UsageError(
            "Your own keys cannot be used, for the reasons above",
            f"Mend those lines in {path}, or take them out.",
        )
    return found


def _send_what_is_left(service: "CivicService") -> None:
    """After a hang-up a locked store may go on sending; a signal ends that at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.end_lingering())
    service.let_linger()


# --- what is loaded later ------------------------------------------------------------------------


def _service(preferences: Preferences) -> "Service":
    from civictui.bootstrap import build

    return build(preferences.settings, lambda: preferences.settings).service


def _preferences(settings: Settings, service: LateService) -> Preferences:
    checks = {name: partial(_judge, name) for name in _JUDGED}
    return Preferences(settings, config_file(), checks=checks, use=partial(_use, service))


def _judge(name: str, word: str) -> object:
    from civictui.bootstrap import CHECKS

    return CHECKS[name](word)


def _use(service: LateService, settings: Settings) -> None:
    from civictui.bootstrap import use

    use(cast("CivicService", service.begin().result()), settings)


def _maps(folder: Path, builtin: Path | None, service: LateService) -> "BaseMap":
    from civictui.geo.maps.base_map import BaseMap

    return BaseMap(folder, builtin, service.packed_map)


def _holds_any(folder: Path) -> bool:
    """Whether anybody has a store on this terminal; ARCHITECTURE.md has what lies in its folder."""
    stores = folder / "u"
    return stores.is_dir() and any(stores.iterdir())
