"""The operator's notice for whoever is about to sign in: asked for without a session."""

import asyncio

from civictui.domain.errors import GatewayError, Unreachable
from civictui.domain.model.policy import MOST_WORDS
from civictui.domain.text import clean
from civictui.net import Link

NOTICE_SECONDS = 5.0
"""How long it may take as a whole: the page on which one signs in is there already."""
_MOST_BYTES = 64 * 1024
_NO_SUCH_PATH = {404, 405}
"""What a gateway from before there were notices answers."""


async def ask_for_notice(origin: str) -> str:
    """Its words, cleaned and at most MOST_WORDS characters; "" for none. Raises GatewayError."""
    link = Link(origin)
    try:
        async with asyncio.timeout(NOTICE_SECONDS):
            reply = await link.request("GET", "/v1/notice", silence=NOTICE_SECONDS, cap=_MOST_BYTES)
    except TimeoutError as error:
        raise Unreachable(f"No answer in time from {origin}") from error
    finally:
        await link.close()
    if reply.status in _NO_SUCH_PATH:
        return ""
    if reply.status != 200:
        raise reply.refusal()
    said = reply.json()
    if not isinstance(said, dict):
        raise GatewayError("The gateway's answer cannot be read", "Try again later.")
    words = said.get("message")
    return clean(words[:MOST_WORDS]).strip() if isinstance(words, str) else ""
