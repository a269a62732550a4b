"""The one import of httpx: one origin, explicit timeouts, size caps, TLS by the system's trust.

It is loaded with the first link and not before: the commands on the local store need none.

No redirect is followed, no cookie is kept and no proxy variable is read. Outside loopback only
https is spoken.
Bodies are inflated here under a cap, because a compressed answer of 150 kB can hold 150 MB.
Requests carry few headers and, where it pays, a compressed body: every byte is somebody's second.
"""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from civictui import __version__
from civictui.codec import PAGE_DEPTH, BadJson, decode, encode, weight
from civictui.domain.errors import (
    AnswerTooLarge,
    GatewayError,
    Refused,
    Unreachable,
)

T = TypeVar("T")

PAGE_BYTES = 16 * 1024 * 1024
"""The most that one answer may hold, inflated."""

_LIGHT = 2 * 1024 * 1024
"""Bytes of JSON that are read whatever they hold."""
_HEAVIEST = 48 * 1024 * 1024
"""The most that longer JSON may take once it is parsed."""
_SAID = 64 * 1024
"""A longer explanation of a refusal is none."""

if TYPE_CHECKING:
    import httpx

WHOLE_SECONDS = 600.0
"""How long a request may take beyond its silence: 128 kB at 2,400 bit/s, and no drip for ever."""
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_KEPT_SECONDS = 60.0
"""How long a connection is kept for the next request: setting one up takes three round trips."""
_LONGEST_RETRY_AFTER = 24 * 3600.0
_WORTH_PACKING = 512
_BY_THE_WAY = 64 * 1024
"""Bytes: a smaller body is compressed well and in place, a larger one fast and in a thread."""
_MEANWHILE = "Nothing is lost; it can be tried again."


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. A page of something else is "not the gateway", hence Unreachable."""
        return self.read(lambda body: decode(body, PAGE_DEPTH))

    def read(self, reader: Callable[[bytes], T]) -> T:
        """What a `reader` of JSON, which raises BadJson, makes of the body. As `json` raises.

        16 MB of `{},{},` would become 500 MB: AnswerTooLarge is raised for that, unparsed.
        """
        if len(self.body) > _LIGHT and weight(self.body) > _HEAVIEST:
            raise AnswerTooLarge("The server's answer would take too much memory")
        try:
            return reader(self.body)
        except BadJson as error:
            raise Unreachable(
                "What answered is not the gateway; perhaps this network wants a sign-in of its own",
                _MEANWHILE,
            ) from error

    @property
    def retry_after(self) -> float:
        """For how many seconds the server wants to be left alone; 0 where it does not say."""
        text = self.headers.get("retry-after", "")
        if text.isascii() and text.isdigit() and len(text) < 10:
            return min(float(text), _LONGEST_RETRY_AFTER)
        try:  # a point in time, on the server's clock
            until, now = map(parsedate_to_datetime, (text, self.headers.get("date", "")))
            return min(max((until - now).total_seconds(), 0.0), _LONGEST_RETRY_AFTER)
        except (TypeError, ValueError):
            return 0.0

    def refusal(self) -> Refused:
        """The server's "no" as an error, with its code and reason where it gave some."""
        try:
            said = decode(self.body) if len(self.body) <= _SAID else None
        except BadJson:
            said = None
        if not isinstance(said, dict):
            said = {}
        code, reason = str(said.get("error", "")), str(said.get("reason", ""))
        return Refused(self.status, code, reason, self.retry_after)


class Link:
    """Connections to one origin. Belongs to the event loop that first uses it.

    `sent` and `received` count the bytes of its requests and answers, heads included, without TLS.
    What was never written to a connection does not count.
    """

    def __init__(self, origin: str) -> None:
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx

        self.origin = origin
        self.sent = self.received = 0
        self._packs = True
        self._client = httpx.AsyncClient(
            base_url=origin,
            verify=_trust(origin),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(keepalive_expiry=_KEPT_SECONDS),
            headers={"User-Agent": f"civictui/{__version__}", "Accept-Encoding": "gzip"},
        )
        for name in ("accept", "connection"):  # both would say what holds without them
            del self._client.headers[name]

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        silence: float = _SILENCE_SECONDS,
        cap: int = PAGE_BYTES,
    ) -> Reply:
        """Send one request and read the whole answer.

        `silence` is how many seconds the other side may say nothing. Raises Unreachable for every
        fault of the way there and back; an answer is an answer, whatever its status. GatewayError
        for what is no path of this origin: the headers carry what opens the gateway.

        `json` is compressed where that pays, so it must be safe to be sent twice: a server that
        does not take it so gets it once more as it is.
        """
        if not path.startswith("/") or path.startswith("//"):
            raise GatewayError("Only the gateway itself is spoken to, at no other address")

        sent = dict(headers or {})
        if json is not None:
            content = encode(json)
            sent["Content-Type"] = "application/json"
        reading = _Reading(silence, cap)
        if json is None or content is None or len(content) < _WORTH_PACKING or not self._packs:
            return await self._exchange(reading, method, path, content, sent, params)
        packed, packing = await _packed(content), {**sent, "Content-Encoding": "gzip"}
        reply = await self._exchange(reading, method, path, packed, packing, params)
        if reply.status in {400, 415}:
            reply = await self._exchange(reading, method, path, content, sent, params)
            self._packs = reply.status in {400, 415}  # else the packing was what it did not take
        return reply

    async def _exchange(
        self,
        reading: "_Reading",
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
    ) -> Reply:
        import httpx

        timeout = httpx.Timeout(reading.silence, connect=_CONNECT_SECONDS)
        try:
            request = self._client.build_request(
                method, path, content=content, headers=headers, params=params, timeout=timeout
            )
            head = _head_bytes(request.headers.raw) + len(request.url.raw_path)
            request.extensions["trace"] = self._counting(head, len(content or b""))
            async with asyncio.timeout(reading.silence + WHOLE_SECONDS):
                answer = await self._client.send(request, stream=True)
                try:
                    self.received += _head_bytes(answer.headers.raw)
                    body = await self._body(answer, reading.cap)
                finally:
                    await answer.aclose()
            return Reply(answer.status_code, answer.headers, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise Unreachable(f"{_what(error)} {self.origin}", _MEANWHILE) from error

    def _counting(self, head: int, body: int) -> Callable[[str, object], Awaitable[None]]:
        """What httpcore tells of its steps: these bytes count once they are on their way."""
        written = {
            "http11.send_request_headers.complete": head,
            "http11.send_request_body.complete": body,
        }

        async def told(step: str, _: object) -> None:
            self.sent += written.get(step, 0)

        return told

    async def _body(self, answer: "httpx.Response", cap: int) -> bytes:
        """The inflated body. Raises Unreachable where it is larger than `cap` or is broken."""
        body = _Body(answer.headers.get("content-encoding", "identity"), cap)
        async for piece in answer.aiter_raw():
            self.received += len(piece)
            body.take(piece)
        return body.whole()

    async def close(self) -> None:
        await self._client.aclose()


def _trust(origin: str) -> Any:
    if not origin.startswith("https:"):
        return False  # nothing to verify: loopback
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How an answer is waited for, and how much of it is taken."""

    silence: float
    cap: int


class _Body:
    """The body of an answer as it comes, inflated. Raises Unreachable for what is none."""

    def __init__(self, coding: str, cap: int) -> None:
        coding = coding.strip().lower()
        if coding not in {"identity", "gzip", ""}:
            raise Unreachable(f"The server answered in {coding!r}, which was not asked for")
        self._inflate = zlib.decompressobj(wbits=31) if coding == "gzip" else None
        self._cap = cap
        self._body = bytearray()

    def take(self, piece: bytes) -> None:
        try:
            # One byte over the cap is enough to know; the rest of a bomb is never inflated.
            room = self._cap + 1 - len(self._body)
            self._body += self._inflate.decompress(piece, room) if self._inflate else piece
        except zlib.error as error:
            raise Unreachable("The server's answer broke off or is damaged", _MEANWHILE) from error
        if len(self._body) > self._cap or (self._inflate and self._inflate.unconsumed_tail):
            raise AnswerTooLarge(f"The server's answer is larger than {self._cap // 1024} kB")

    def whole(self) -> bytes:
        inflate = self._inflate
        if inflate and (inflate.unused_data or (self._body and not inflate.eof)):
            raise Unreachable("The server's answer broke off", _MEANWHILE)
        return bytes(self._body)


async def _packed(content: bytes) -> bytes:
    if len(content) <= _BY_THE_WAY:
        return gzip.compress(content, mtime=0)
    return await asyncio.to_thread(gzip.compress, content, 1, mtime=0)


def _head_bytes(headers: Sequence[tuple[bytes, bytes]]) -> int:
    """About what a head takes on the wire: each header's line, and a first line of 20 bytes."""
    return 22 + sum(len(name) + len(value) + 4 for name, value in headers)


def _what(error: Exception) -> str:
    """What happened in a few words, before the address: a status line may cut the end off."""
    import httpx

    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "No answer in time from"
    if isinstance(error, httpx.ConnectError):
        return "Cannot reach"
    return "Lost the connection to"
