"""uvicorn as this gateway has it: says when it listens, ends in time, takes its files anew."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from civictui.domain.errors import UsageError
from civictui.gateway.bounds import HEAD_BYTES
from civictui.gateway.journal import LOGGER
from civictui.gateway.operation import PLAIN, Operation
from civictui.gateway.process import notify
from civictui.gateway.process.certificate import Certificate
from civictui.gateway.process.connection import Connection, limited
from civictui.gateway.process.listening import room_for

_IDLE_SECONDS = 75
_LAST_SECONDS = 1
"""For who was hung up on to keep what had come."""

Announce = Callable[[int], None]


class WebServer(uvicorn.Server):
    """Serves `app` until it is told to stop, and outlives no signal."""

    def __init__(
        self,
        app: Starlette,
        announce: Announce,
        operation: Operation = PLAIN,
        certificate: Certificate | None = None,
    ) -> None:
        alive = notify.watchdog_seconds()
        super().__init__(
            uvicorn.Config(
                app,
                http=limited(room_for(operation.connections)),
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,  # nobody keeps an answer by its age, and a thin line pays for it
                proxy_headers=bool(operation.forwarded_allow),
                forwarded_allow_ips=list(operation.forwarded_allow),
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=operation.grace_seconds + _LAST_SECONDS,
                h11_max_incomplete_event_size=HEAD_BYTES,
                ssl_context_factory=(lambda *_: certificate.context) if certificate else None,
                callback_notify=_say_alive if alive else None,
                timeout_notify=max(1, int(alive) - 1),
            )
        )
        self._app = app
        self._announce = announce
        self._grace_seconds = operation.grace_seconds
        self._cut = 0
        self._certificate = certificate

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_note_background)
        if threading.current_thread() is threading.main_thread():
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        LOGGER.info("listening on port %d", port, extra={"event": "listening"})
        self._announce(port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        notify.tell(notify.STOPPING)
        count = len(self.server_state.tasks)
        LOGGER.info("stopping, requests under way: %d", count, extra={"event": "stopping"})
        self._app.state.backends.database.stop_waiting()
        late = asyncio.get_running_loop().call_later(self._grace_seconds, self._hang_up_on_all)
        await super().shutdown(sockets)
        late.cancel()
        # One that was accepted while it closed is not told of it: in a process that goes on its
        # client would wait for an answer from a loop that has ended.
        self._hang_up_on_all()
        await asyncio.sleep(0)
        LOGGER.info("stopped, requests cut off: %d", self._cut, extra={"event": "stopped"})

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

    def _hang_up_on_all(self) -> None:
        """As if their lines had broken: what has come of a picture is kept."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                self._cut += connection.is_answering
                connection.hang_up()

    def _hang_up(self) -> None:
        """SIGHUP: a terminal that goes takes its gateway along; else the files are taken anew."""
        if sys.stdin is not None and sys.stdin.isatty():
            self.should_exit = True
            return
        notify.tell(*notify.reloading())
        if self._certificate:
            self._renew(self._certificate)
        notify.tell(notify.READY)

    def _renew(self, certificate: Certificate) -> None:
        try:
            certificate.renew()
        except UsageError as error:
            # Its words are about files that the options name, and hold nothing of anybody.
            LOGGER.error("the new certificate cannot be used: %s", error)
        else:
            LOGGER.info("a certificate was taken anew", extra={"event": "certificate"})


async def _say_alive() -> None:
    notify.tell(notify.ALIVE)


def _note_background(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio would print shows values of variables."""
    LOGGER.error("something failed in the background", exc_info=context.get("exception"))
