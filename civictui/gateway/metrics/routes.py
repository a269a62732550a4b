"""`/metrics`: for who has the token of its own, which opens nothing else."""

import hmac

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.metrics.meter import Meter
from civictui.gateway.problems import unauthorized
from civictui.gateway.routes.sight import token_in


def metrics_route(meter: Meter, token: str) -> Route:
    """GET /metrics with `Authorization: Bearer <token>`."""

    async def metrics(request: Request) -> Response:
        if not hmac.compare_digest(token_in(request.headers).encode(), token.encode()):
            raise unauthorized()
        headers = {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        return Response(meter.text(), headers=headers)

    return Route("/metrics", metrics, methods=["GET"])
