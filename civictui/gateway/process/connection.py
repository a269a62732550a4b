"""A client's connection: what uvicorn has no end for has one here, and says so with a code.

uvicorn waits for ever for a head that does not come, and for a client that does not take its
answer. It has an end for the pause between two requests; bodies have theirs in `routes.bodies`.
"""

import asyncio
import sys
from http import HTTPStatus
from typing import Any, cast

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from civictui.codec import encode
from civictui.gateway.problems import Problem, busy
from civictui.gateway.process.listening import SILENT_SECONDS, unconfirmed
from civictui.gateway.routes.answers import JSON, problem_answer

HEAD_SECONDS = 30.0
"""How long a request's head may take, from the connection or from its first byte on."""
UNREAD_BYTES = 128 * 1024 * 1024
"""Of answers that were made and wait to be taken, of all connections together."""
_LITTLE_BYTES = 64 * 1024
"""Of one connection; nobody looks at the others for so few."""
_LOOK_SECONDS = 1.0
_RETRY_SECONDS = 30

_NO_REQUEST = Problem(400, "bad_request", "This is no HTTP request.")
_LONG_HEAD = Problem(431, "head_too_large", "The request's head is too large.")
_LATE_HEAD = Problem(408, "timeout", "The request's head did not come.")
_ANSWERING = {h11.IDLE, h11.SEND_RESPONSE}


class Connection(H11Protocol):
    """One connection. `most` is how many are served at a time."""

    most = 1

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._carrier = _carrier_of(transport)
        if len(self.connections) > self.most:
            self.app = _turn_away
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._head)
        _cancel(self._unread)
        _cancel(self._end)
        super().connection_lost(exc)

    def hang_up(self) -> None:
        """At once, as if its line had broken; also where it was closed and waits for the client."""
        self._carrier.abort()

    @property
    def is_answering(self) -> bool:
        """Whether a request is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    # --- a head that does not come -----------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is None and not self.is_answering:
            self._await_head()

    def handle_events(self) -> None:
        former = self.cycle
        super().handle_events()
        if self.cycle is not former:
            _cancel(self._head)
            self._head = None
            self.cycle.transport = cast(asyncio.Transport, _Taken(self))

    def _await_head(self) -> None:
        self._head = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head = None
        if self.transport.is_closing():
            return
        if self.conn.trailing_data[0]:
            self._refuse(_LATE_HEAD)
        else:
            self.transport.close()

    # --- a head that is none -----------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Called where h11 has raised what it thinks of the request."""
        error = sys.exception()
        hint = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else 400
        self._refuse(_LONG_HEAD if hint == _LONG_HEAD.status else _NO_REQUEST)

    def _refuse(self, problem: Problem) -> None:
        """Say it where nothing was said yet, and hang up."""
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in _ANSWERING:
            body = encode(problem.body)
            fields = [("Content-Type", JSON), ("Content-Length", str(len(body)))]
            head = h11.Response(
                status_code=problem.status,
                headers=[*fields, ("Connection", "close")],
                reason=HTTPStatus(problem.status).phrase,
            )
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Who would like another protocol is answered by this one, and that is all (RFC 9110, 7.8).

        uvicorn would log what else it could be installed with.
        """

    # --- an answer that is not taken ---------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reading()
        _bound(cast("set[Connection]", self.connections))

    def resume_writing(self) -> None:
        _cancel(self._unread)
        super().resume_writing()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.waiting > _LITTLE_BYTES:  # TLS may have taken it all, and then pauses nobody
            _bound(cast("set[Connection]", self.connections))

    def timeout_keep_alive_handler(self, left: int | None = None) -> None:
        """An answer that is being taken is no pause; `left` of it were left the last time."""
        if not self.waiting:
            super().timeout_keep_alive_handler()
        elif left is not None and self._left >= left:
            self.hang_up()
        else:
            self.timeout_keep_alive_task = self.loop.call_later(
                SILENT_SECONDS, self.timeout_keep_alive_handler, self._left
            )

    def close_when_taken(self) -> None:
        """TLS that is closed gives what waits half a minute, however thin the line is."""
        if self._carrier is self.transport or not self.waiting:
            self.transport.close()
        else:  # whoever takes nothing is hung up on as in any pause
            self._end = self.loop.call_later(_LOOK_SECONDS, self.close_when_taken)

    @property
    def waiting(self) -> int:
        """Bytes of answers in memory."""
        size = self._carrier.get_write_buffer_size()
        if self._carrier is not self.transport and not self.transport.is_closing():
            size += self.transport.get_write_buffer_size()  # has come out of no TLS yet
        return size

    def _watch_reading(self) -> None:
        self._unread = self.loop.call_later(SILENT_SECONDS, self._hang_up_on_the_idle, self._left)

    def _hang_up_on_the_idle(self, left: int) -> None:
        if self._left >= left:
            self.hang_up()
        else:
            self._watch_reading()

    @property
    def _left(self) -> int:
        """Bytes that the client has not confirmed yet.

        What waits in the system counts: over a thin line that empties for minutes before it takes
        anything of what waits here.
        """
        return self.waiting + unconfirmed(self._carrier.get_extra_info("socket"))


class _Taken:
    """What an answer is written to: it is closed once the client has taken it."""

    def __init__(self, connection: Connection) -> None:
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing
        self.close = connection.close_when_taken


def limited(most: int) -> type[Connection]:
    """Connections of which `most` are served at a time."""

    class Limited(Connection):
        pass

    Limited.most = most
    return Limited


def _bound(connections: "set[Connection]") -> None:
    """Hang up on who has most waiting, for as long as all together have too much.

    It is in memory. Whoever reads comes again and goes on; whoever does not could fill it.
    """
    waiting = {one: one.waiting for one in connections}
    left = sum(waiting.values())
    while left > UNREAD_BYTES:
        most = max(waiting, key=waiting.__getitem__)
        left -= waiting.pop(most)
        most.hang_up()


def _carrier_of(transport: asyncio.Transport) -> asyncio.Transport:
    """What keeps the bytes on their way to the system: below TLS another one.

    TLS hands all of an answer down at once and says then that nothing waits. asyncio has no public
    name for what is below; an asyncio that calls it otherwise has the bounds of TLS itself.
    """
    below = getattr(getattr(transport, "_ssl_protocol", None), "_transport", None)
    return cast(asyncio.Transport, below or transport)


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem_answer(busy("Too many are connected at this moment.", _RETRY_SECONDS))
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
