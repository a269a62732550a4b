"""`/v1/policy` and `/v1/notice`: what the operator asks of a terminal, and says to everybody."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.codec import encode
from civictui.domain.model.policy import DEVICE
from civictui.domain.ports import SignedPolicy
from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.backends import Backends, backends_of, grant_of
from civictui.gateway.policy.signed import etag_of
from civictui.gateway.routes.answers import answer


async def policy(request: Request) -> Response:
    """GET /v1/policy, cheap to ask again: its ETag changes only with it."""
    said = await signed_for(backends_of(request), grant_of(request))
    return await _unless_known(request, as_json(said), etag_of(said.text))


async def notice(request: Request) -> Response:
    """GET /v1/notice, for whoever looks at the login screen: no session is needed."""
    said = {"message": backends_of(request).policy.current().message}
    return await _unless_known(request, said, etag_of(encode(said).decode()))


async def signed_for(backends: Backends, grant: Grant) -> SignedPolicy:
    """The policy for who asks, on the device that he asks with."""
    rules, is_disabled = backends.policy.current(), grant.barred == DEVICE
    # In a thread: where two large areas lie to each other takes a moment to find out.
    told = await asyncio.to_thread(rules.told, grant.viewer, grant.device, is_disabled, backends.id)
    return backends.policy_signer.signed(told)


def as_json(said: SignedPolicy) -> dict[str, str]:
    return {"text": said.text, "signature": said.signature}


async def _unless_known(request: Request, said: Any, etag: str) -> Response:
    """The answer, or 304 to whoever has it already."""
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return await answer(request, said, headers=headers)


ROUTES = [
    Route("/v1/policy", policy, methods=["GET"]),
    Route("/v1/notice", notice, methods=["GET"]),
]
