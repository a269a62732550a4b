"""Answers on their way: anybody may ask for a long one, and take it as slowly as he likes."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from civictui.gateway.problems import busy

SHORT: Final = 64 * 1024
"""Bytes of an answer that always goes."""
MOST: Final = 48 * 1024 * 1024
"""Bytes of all others together that are held until they are taken."""
_RETRY_SECONDS = 10


class Sending:
    """How much is held at this moment. Belongs to the event loop."""

    def __init__(self) -> None:
        self.held = 0

    def answer(self, body: bytes, status: int, headers: Mapping[str, str]) -> Response:
        """Raises Problem 503 for a long one while others are not taken."""
        if len(body) <= SHORT:
            return Response(body, status, headers)
        if self.held and self.held + len(body) > MOST:
            raise busy("Too many long answers are on their way. Ask for less.", _RETRY_SECONDS)
        return _InPieces(self, body, status, headers)


class _InPieces(Response):
    """The next piece goes when the last one went: so its end is known."""

    def __init__(
        self, sending: Sending, body: bytes, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(body, status, headers)
        self._sending = sending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = memoryview(self.body)
        self._sending.held += len(body)
        try:
            status, headers = self.status_code, self.raw_headers
            await send({"type": "http.response.start", "status": status, "headers": headers})
            for first in range(0, len(body), SHORT):
                piece = bytes(body[first : first + SHORT])
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._sending.held -= len(body)
