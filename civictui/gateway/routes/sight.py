"""What the sender of a request may read, and where the logs of his replications lie."""

from starlette.datastructures import Headers
from starlette.requests import Request

from civictui.gateway.accounts.tokens import Grant
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

    Whoever was disabled meanwhile, or has other roles, is judged as that, and so is whoever is
    barred by now. Raises Problem 401 and 403, and 503 where the accounts cannot be asked. Requests
    that need no session are none of its business.
    """
    if hasattr(request.state, "grant"):
        current = await backends_of(request).sessions.still(token_in(request.headers))
        if current is None:
            raise unauthorized()
        _refuse_barred(request, current)
        request.state.grant = current


def judge_device_again(request: Request) -> None:
    """As `judge_again`, where it is the gateway that took its time: asks no accounts.

    Raises Problem 403.
    """
    if hasattr(request.state, "grant"):
        _refuse_barred(request, backends_of(request).sessions.judged(grant_of(request)))


def is_shut_out(request: Request) -> bool:
    """Whether the sender of a request that is held, and may read, is barred by now."""
    return bool(backends_of(request).sessions.judged(grant_of(request)).barred)


def _refuse_barred(request: Request, grant: Grant) -> None:
    path = request.scope["path"]
    backends_of(request).barring.refuse(grant.barred, request.method, path)


async def sees_the_same(request: Request) -> bool:
    """Whether the sender's session goes on, with the same roles and area, while a request is held.

    Whoever is barred by now reads no more. Where the accounts cannot be asked it is not known,
    which is no.
    """
    grant = grant_of(request)
    try:
        current = await backends_of(request).sessions.still(token_in(request.headers))
    except Problem:
        return False
    return current is not None and current.viewer == grant.viewer and not current.barred


def log_owner_of(request: Request) -> str:
    """See `scope.log_owner`."""
    return log_owner(grant_of(request).viewer)
