"""What the sender of a request may read, and where the logs of his replications lie."""

from starlette.datastructures import Headers
from starlette.requests import Request

from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import Reading
from civictui.gateway.database.scope import log_owner
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.problems import Problem, unauthorized


def reading_of(request: Request) -> Reading:
    """The database as the sender sees it; every route that gives documents out reads from here."""
    return reading_for(backends_of(request).database, grant_of(request).viewer)


def token_in(headers: Headers) -> str:
    """The access token, or nothing."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def judge_again(request: Request) -> None:
    """Look anew at who sends it, for what is awaited of a client may be hours on its way.

    Whoever was disabled meanwhile, or has other roles, is judged as that. Raises Problem 401, and
    503 where the accounts cannot be asked. Requests that need no session are none of its business.
    """
    if hasattr(request.state, "grant"):
        current = await backends_of(request).sessions.still(token_in(request.headers))
        if current is None:
            raise unauthorized()
        request.state.grant = current


async def sees_the_same(request: Request) -> bool:
    """Whether the sender's session goes on, with the same roles and area, while a request is held.

    Where the accounts cannot be asked it is not known, which is no.
    """
    grant = grant_of(request)
    try:
        current = await backends_of(request).sessions.still(token_in(request.headers))
    except Problem:
        return False
    return current is not None and current.viewer == grant.viewer


def log_owner_of(request: Request) -> str:
    """See `scope.log_owner`."""
    return log_owner(grant_of(request).viewer)
