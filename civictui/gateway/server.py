"""The gateway as a process, and as a thread: its folder, its socket, its end."""

import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from starlette.applications import Starlette

from civictui.clock import SystemClock
from civictui.domain.ports import Clock
from civictui.gateway.accounts.passwords import STANDARD
from civictui.gateway.app import build
from civictui.gateway.backends import ACCESS_SECONDS
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.offer import Offer
from civictui.gateway.operation import PLAIN, Operation
from civictui.gateway.process import notify
from civictui.gateway.process.certificate import Certificate
from civictui.gateway.process.lines import write_to
from civictui.gateway.process.listening import Door, listening, raise_files
from civictui.gateway.process.memory import give_back
from civictui.gateway.process.web import Announce, WebServer
from civictui.storage.slots import Cost

if TYPE_CHECKING:
    from civictui.gateway.metrics.meter import Meter


def serve(
    data_dir: Path,
    host: str,
    port: int,
    *,
    access_seconds: int = ACCESS_SECONDS,
    backing: Backing = EMBEDDED,
    open311: Offer | None = None,
    operation: Operation = PLAIN,
    announce: Announce,
    log: TextIO | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. `announce` gets the port once connections are accepted.

    Port 0 takes a free one. The log goes to `log`, or nowhere. Raises StoreBusy where another
    process serves the folder, UsageError where the address or the certificate cannot be had,
    StoreDamaged.
    """
    write_to(log, operation.log_format)
    raise_files()
    give_back()
    clock = SystemClock()
    certificate = _certificate(operation)
    folder = _opened(data_dir, clock)
    with folder.alone(), listening(host, port, operation.connections) as listener:
        app = build(
            folder,
            clock=clock,
            access_seconds=access_seconds,
            backing=backing,
            open311=open311,
            operation=operation,
        )

        def announced(at: int) -> None:
            announce(at)
            notify.tell(notify.READY)

        _server(app, announced, operation, certificate, listener).run(sockets=[listener])


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
        operation: Operation = PLAIN,
    ) -> None:
        self._clock = clock or SystemClock()
        self._certificate = _certificate(operation)
        self._folder = _opened(data_dir, self._clock)
        self._address = (host, port)
        self._access_seconds = access_seconds
        self._cost = cost
        self._backing = backing
        self._open311 = open311
        self._operation = operation
        self._closing = ExitStack()
        self._listening = threading.Event()
        self.port = 0
        """Where it listens, once begun."""

    def __enter__(self) -> Self:
        write_to(None)
        with self._closing as closing:
            closing.enter_context(self._folder.alone())
            begun = listening(*self._address, self._operation.connections)
            listener = closing.enter_context(begun)
            app = build(
                self._folder,
                clock=self._clock,
                access_seconds=self._access_seconds,
                cost=self._cost,
                backing=self._backing,
                open311=self._open311,
                operation=self._operation,
            )
            self._server = _server(
                app, self._announced, self._operation, self._certificate, listener
            )
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


def _certificate(operation: Operation) -> Certificate | None:
    return Certificate(*operation.certificate) if operation.certificate else None


def _server(
    app: Starlette,
    announce: Announce,
    operation: Operation,
    certificate: Certificate | None,
    door: Door,
) -> WebServer:
    server = WebServer(app, announce, operation, certificate)
    meter: Meter | None = app.state.meter
    if meter:
        meter.show("connections", "Open.", lambda: door.count)
    if meter and certificate:
        meter.show("certificate_expires_seconds", "Unix time.", lambda: certificate.until)
    return server


def _opened(data_dir: Path, clock: Clock) -> GatewayFolder:
    return GatewayFolder.open(data_dir, int(clock.now().timestamp()))
