"""A request that cannot be done, as the client is told: status, stable code, one sentence.

The codes are listed in docs/gateway.md; a client may rely on them, and on nothing in the sentence.
"""

from collections.abc import Mapping


class Problem(Exception):
    """Raised anywhere below a route; becomes `{"error": code, "reason": sentence, ...}`."""

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        *,
        headers: Mapping[str, str] | None = None,
        **details: int,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.reason = reason
        self.headers = dict(headers or {})
        self.details = details
        self.backend = ""
        """Which of the servers behind the gateway does not answer; for its operator alone."""

    @property
    def body(self) -> dict[str, str | int]:
        return {"error": self.code, "reason": self.reason, **self.details}


def bad_request(reason: str) -> Problem:
    return Problem(400, "bad_request", reason)


def not_found(reason: str = "missing") -> Problem:
    return Problem(404, "not_found", reason)


def too_large(reason: str) -> Problem:
    return Problem(413, "too_large", reason)


def busy(reason: str, seconds: int) -> Problem:
    """Nothing was done; there is room again in about so many seconds."""
    return Problem(503, "busy", reason, headers={"Retry-After": str(seconds)})


def backend_unavailable(backend: str, reason: str, seconds: int) -> Problem:
    """What the gateway stands on does not answer: `database`, `objects` or `accounts`."""
    headers = {"Retry-After": str(seconds)}
    problem = Problem(503, "backend_unavailable", reason, headers=headers)
    problem.backend = backend
    return problem


def unauthorized() -> Problem:
    """No access token, or one that is unknown or has ended: these three look the same."""
    return Problem(
        401,
        "unauthorized",
        "Sign in, or renew the session.",
        headers={"WWW-Authenticate": 'Bearer realm="civictui"'},
    )
