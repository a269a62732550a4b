"""The one import of httpx: one origin, explicit timeouts, size caps, TLS by the system's trust.

It is loaded with the first link and not before: the commands on the local store need none.

No redirect is followed and no proxy variable is read. Outside loopback only https is spoken.
Bodies are inflated here under a cap, because a compressed answer of 150 kB can hold 150 MB.
"""

import asyncio
import ipaddress
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from civictui import __version__
from civictui.codec import PAGE_DEPTH, BadJson, decode, encode
from civictui.domain.errors import (
    AnswerTooLarge,
    GatewayError,
    Refused,
    Unreachable,
    UsageError,
)

PAGE_BYTES = 16 * 1024 * 1024
"""The most that one answer may hold, inflated."""

if TYPE_CHECKING:
    import httpx

WHOLE_SECONDS = 600.0
"""How long a request may take beyond its silence: 128 kB at 2,400 bit/s, and no drip for ever."""
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 30.0
_MEANWHILE = "Nothing is lost; it can be tried again."


def origin_of(url: str) -> str:
    """The scheme, host and port of a server's address. Raises UsageError.

    A path, a query or credentials in it are refused: the password has its own way.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        url.encode("ascii")
    except ValueError as error:
        raise UsageError(f"{_shown(url)} is no server address", _EXAMPLE) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{_shown(url)} is no server address", _EXAMPLE)
    if parts.path.strip("/") or parts.query or parts.username or parts.password:
        raise UsageError("A server address has a scheme, a host and a port only", _EXAMPLE)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise UsageError(
            "Over the network only https is spoken", f"Use https://{parts.hostname} instead."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


_EXAMPLE = "Write it like https://reports.example.org."


def _shown(url: str) -> str:
    """For a message: what stands before an "@" may be somebody's password."""
    _, at, rest = url.rpartition("@")
    return repr(f"…@{rest}" if at else url)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. A page of something else is "not the gateway", hence Unreachable."""
        try:
            return decode(self.body, PAGE_DEPTH)
        except BadJson as error:
            raise Unreachable(
                "What answered is not the gateway; perhaps this network wants a sign-in of its own",
                _MEANWHILE,
            ) from error

    def refusal(self) -> Refused:
        """The server's "no" as an error, with its code and reason where it gave some."""
        try:
            said = decode(self.body)
        except BadJson:
            said = None
        if not isinstance(said, dict):
            said = {}
        return Refused(self.status, str(said.get("error", "")), str(said.get("reason", "")))


class Link:
    """A connection to one origin. Belongs to the event loop that first uses it."""

    def __init__(self, origin: str) -> None:
        import httpx

        self.origin = origin
        self._client = httpx.AsyncClient(
            base_url=origin,
            verify=_trust(origin),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
            headers={"User-Agent": f"civictui/{__version__}", "Accept-Encoding": "gzip"},
        )

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
        """
        import httpx

        if not path.startswith("/") or path.startswith("//"):
            raise GatewayError("Only the gateway itself is spoken to, at no other address")

        sent = dict(headers or {})
        if json is not None:
            content = encode(json)
            sent["Content-Type"] = "application/json"
        try:
            async with (
                asyncio.timeout(silence + WHOLE_SECONDS),
                self._client.stream(
                    method,
                    path,
                    content=content,
                    headers=sent,
                    params=params,
                    timeout=httpx.Timeout(silence, connect=_CONNECT_SECONDS),
                ) as answer,
            ):
                return Reply(answer.status_code, answer.headers, await _body(answer, cap))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise Unreachable(f"{_what(error)} {self.origin}", _MEANWHILE) from error

    async def close(self) -> None:
        await self._client.aclose()


def _trust(origin: str) -> Any:
    if not origin.startswith("https:"):
        return False  # nothing to verify: loopback
    import ssl

    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _body(answer: "httpx.Response", cap: int) -> bytes:
    """The inflated body. Raises Unreachable where it is larger than `cap` or not what it says."""
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", ""}:
        raise Unreachable(f"The server answered in {coding!r}, which was not asked for")
    inflate = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    body = bytearray()
    try:
        async for piece in answer.aiter_raw():
            body += inflate.decompress(piece, cap + 1 - len(body)) if inflate else piece
            if len(body) > cap or (inflate and inflate.unconsumed_tail):
                raise AnswerTooLarge(f"The server's answer is larger than {cap // 1024} kB")
    except zlib.error as error:
        raise Unreachable("The server's answer broke off or is damaged", _MEANWHILE) from error
    if inflate and (inflate.unused_data or (body and not inflate.eof)):
        raise Unreachable("The server's answer broke off", _MEANWHILE)
    return bytes(body)


def _what(error: Exception) -> str:
    """What happened in a few words, before the address: a status line may cut the end off."""
    import httpx

    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "No answer in time from"
    if isinstance(error, httpx.ConnectError):
        return "Cannot reach"
    return "Lost the connection to"
