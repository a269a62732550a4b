"""What the sender of a request may read, and where the logs of his replications lie."""

from starlette.requests import Request

from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.database.port import Reading
from civictui.gateway.database.scope import log_owner
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.problems import Problem


def reading_of(request: Request) -> Reading:
    """The database as the sender sees it; every route that gives documents out reads from here."""
    return reading_for(backends_of(request).database, grant_of(request).viewer)


async def sees_the_same(request: Request) -> bool:
    """Whether the sender's session goes on, with the same roles and area, while a request is held.

    Where the accounts cannot be asked it is not known, which is no.
    """
    grant = grant_of(request)
    try:
        current = await backends_of(request).sessions.current(grant)
    except Problem:
        return False
    return current is not None and current.viewer == grant.viewer


def log_owner_of(request: Request) -> str:
    """See `scope.log_owner`."""
    return log_owner(grant_of(request).viewer)
