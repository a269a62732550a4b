"""The gateway as a process: a socket, uvicorn, and an end within three seconds."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import uvicorn
from starlette.applications import Starlette

from civictui.clock import SystemClock
from civictui.domain.errors import UsageError
from civictui.domain.ports import Clock
from civictui.gateway.accounts.passwords import STANDARD
from civictui.gateway.app import build
from civictui.gateway.backends import ACCESS_SECONDS
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import write_to
from civictui.gateway.open311.offer import Offer
from civictui.storage.slots import Cost

_GRACE_SECONDS = 2
_IDLE_SECONDS = 75
_BACKLOG = 512

Announce = Callable[[int], None]


def serve(
    data_dir: Path,
    host: str,
    port: int,
    *,
    access_seconds: int = ACCESS_SECONDS,
    backing: Backing = EMBEDDED,
    open311: Offer | None = None,
    proxy: str = "",
    announce: Announce,
    log: TextIO | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. `announce` gets the port once connections are accepted.

    Port 0 takes a free one. `proxy` is the address whose `X-Forwarded-For` is believed. The log
    goes to `log`, or nowhere. Raises StoreBusy where another process serves the folder, UsageError
    where the address cannot be had, StoreDamaged.
    """
    write_to(log)
    clock = SystemClock()
    folder = _opened(data_dir, clock)
    with folder.alone(), _listening(host, port) as listener:
        app = build(
            folder, clock=clock, access_seconds=access_seconds, backing=backing, open311=open311
        )
        _Server(app, announce, proxy).run(sockets=[listener])


class GatewayThread:
    """A gateway in a thread of this process, begun and ended by `with`. For demo and tests.

    Raises as `serve` does.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        access_seconds: int = ACCESS_SECONDS,
        clock: Clock | None = None,
        cost: Cost = STANDARD,
        backing: Backing = EMBEDDED,
        open311: Offer | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._folder = _opened(data_dir, self._clock)
        self._address = (host, port)
        self._access_seconds = access_seconds
        self._cost = cost
        self._backing = backing
        self._open311 = open311
        self._closing = ExitStack()
        self._listening = threading.Event()
        self.port = 0
        """Where it listens, once begun."""

    def __enter__(self) -> Self:
        write_to(None)
        with self._closing as closing:
            closing.enter_context(self._folder.alone())
            listener = closing.enter_context(_listening(*self._address))
            app = build(
                self._folder,
                clock=self._clock,
                access_seconds=self._access_seconds,
                cost=self._cost,
                backing=self._backing,
                open311=self._open311,
            )
            self._server = _Server(app, self._announced)
            self._thread = threading.Thread(
                target=self._server.run, args=([listener],), name="gateway"
            )
            self._thread.start()
            self._listening.wait()
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._closing:
            self._server.should_exit = True
            self._thread.join()

    def _announced(self, port: int) -> None:
        self.port = port
        self._listening.set()


class _Server(uvicorn.Server):
    """uvicorn that says when it listens, lets the waiting go first, and outlives no signal."""

    def __init__(self, app: Starlette, announce: Announce, proxy: str = "") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,  # nobody keeps an answer by its age, and a thin line pays for it
                proxy_headers=bool(proxy),
                forwarded_allow_ips=proxy or None,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._app = app
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.backends.database.stop_waiting()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            # One that was accepted while it closed is not told of it: in a process that goes on its
            # client would wait for an answer from a loop that has ended.
            connection.transport.abort()
        await asyncio.sleep(0)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """As uvicorn's, but a signal that was obeyed is not raised again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        former = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, action in former.items():
                signal.signal(number, action)


def _opened(data_dir: Path, clock: Clock) -> GatewayFolder:
    return GatewayFolder.open(data_dir, int(clock.now().timestamp()))


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket, None, None]:
    """A bound socket. Raises UsageError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(
            f"{host} is no address of this machine", "Name one with --host."
        ) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            reason = error.strerror or "refused"
            raise UsageError(f"Port {port} of {host}: {reason}", "Name another one.") from error
        yield listener
