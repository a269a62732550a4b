"""Looking whether a civictui gateway answers at an address, before anybody types a password there.

One request without a token: the gateway refuses it in a way of its own.
"""

import socket
import ssl
from collections.abc import Iterator

from civictui.domain.errors import GatewayError, Unreachable, UsageError
from civictui.domain.text import one_line
from civictui.net import Link, Reply
from civictui.origin import is_loopback, origin_of

LOOK_SECONDS = 10.0
"""How long the other side may say nothing: somebody waits."""
_REALM = 'realm="civictui"'
_ITS_OWN = frozenset({"backend_unavailable", "busy", "internal", "no_room"})
"""Codes of a gateway that is there, but cannot answer now."""
_COMPARE = "Compare the address with what you were given."


def spelled_out(address: str) -> str:
    """The origin of an address as people write it, the scheme left out perhaps. Raises UsageError.

    Without a scheme it is https; on this machine itself http.
    """
    address = address.strip().rstrip("/")
    if any(character.isspace() for character in address):
        raise UsageError("There is a blank in this server address", "Type it without.")
    if address and "://" not in address:
        host = address.rpartition("@")[2].rpartition(":")[0] or address
        address = f"{'http' if is_loopback(host.strip('[]')) else 'https'}://{address}"
    return origin_of(address)


async def look_at(address: str) -> str:
    """The origin of the gateway that answers at this address.

    Raises UsageError for what is no address, Unreachable where nothing answers and GatewayError
    where something else does, or a gateway that cannot work now; each says which it is.
    """
    origin = spelled_out(address)
    link = Link(origin)
    try:
        reply = await link.request("GET", "/v1/policy", silence=LOOK_SECONDS)
    except Unreachable as error:
        raise _explained(error, origin) from error
    finally:
        await link.close()
    _judge(reply, origin)
    return origin


def _judge(reply: Reply, origin: str) -> None:
    if reply.status == 401 and _REALM in reply.headers.get("www-authenticate", ""):
        return
    refusal = reply.refusal()
    if refusal.code in _ITS_OWN:
        raise Unreachable(
            f"There is a gateway at {origin}, but it cannot work now: {one_line(refusal.reason)}",
            "Try again in a while.",
        )
    if 300 <= reply.status < 400:
        raise GatewayError(
            f"{origin} sends one elsewhere; a gateway never does",
            "Perhaps this network wants a sign-in of its own first.",
        )
    raise GatewayError(f"What answers at {origin} is no civictui gateway", _COMPARE)


def _explained(error: Unreachable, origin: str) -> Unreachable:
    """What kept the answer away, as far as its causes say."""
    causes = list(_causes(error))
    for kind, words, advice in (
        (ssl.SSLCertVerificationError, "The certificate of {} is not trusted here", ""),
        (ssl.SSLError, "{} does not speak https as it should", _COMPARE),
        (socket.gaierror, "The name of {} is not known", "Is there a link, and no slip in it?"),
        (ConnectionRefusedError, "Nothing listens at {}", _COMPARE),
        (TimeoutError, "Nothing answers in time at {}", "Is there a link?"),
    ):
        if found := next((cause for cause in causes if isinstance(cause, kind)), None):
            return Unreachable(words.format(origin), advice or _of_certificate(found))
    return Unreachable(str(error), "Is there a link?")


def _of_certificate(error: BaseException) -> str:
    said = one_line(getattr(error, "verify_message", "") or str(error)).rstrip(".")
    return f"It says: {said}. Ask who runs it, and go no further."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error, members of groups included."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
