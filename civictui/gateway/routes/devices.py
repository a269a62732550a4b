"""`/v1/device` and `/v1/logs`: what a device says of what it holds, and of its own failures."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.domain.model import Doc
from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.devices.entries import Holdings
from civictui.gateway.devices.log_lines import batch_in, lines_in
from civictui.gateway.devices.register import has_device
from civictui.gateway.problems import Problem, bad_request
from civictui.gateway.routes.bodies import read_object

MOST_HELD = 1_000_000
_HOLDINGS = ("unsent_reports", "unsent_photos", "needs_attention", "drafts")
_HOLDINGS_BYTES = 4 * 1024
_LOGS_BYTES = 64 * 1024


async def tell(request: Request) -> Response:
    """PUT /v1/device {unsent_reports, unsent_photos, needs_attention, drafts, disabled}.

    `disabled`, which may be absent, is whether the device has sealed that it is. What it says is
    on the disk when it is answered.
    """
    body = await read_object(request, _HOLDINGS_BYTES)
    knew = body.pop("disabled", False)
    if not isinstance(knew, bool):
        raise bad_request("'disabled' is true or false.")
    await backends_of(request).register.told(_device_of(request), _holdings(body), knew)
    return Response(status_code=204)


async def log(request: Request) -> Response:
    """POST /v1/logs {lines: [{day, kind, code, count, trace}], batch}.

    Kept as a whole, or not at all; a `batch`, which may be absent, is kept once however often it
    is sent.
    """
    backends = backends_of(request)
    _refuse_unwanted(request)
    body = await read_object(request, _LOGS_BYTES)
    lines, batch = lines_in(body), batch_in(body)
    _refuse_unwanted(request)
    await backends.thread.run(backends.client_logs.add, _device_of(request), lines, batch)
    return Response(status_code=204)


def _refuse_unwanted(request: Request) -> None:
    if not backends_of(request).policy.current().client_logs:
        raise Problem(403, "logs_off", "This gateway takes no logs of clients.")


def _device_of(request: Request) -> Grant:
    """Whose session it is. Raises Problem 400 for a script's."""
    grant = grant_of(request)
    if not has_device(grant):
        raise bad_request("This session names no device.")
    return grant


def _holdings(body: Doc) -> Holdings:
    if set(body) != set(_HOLDINGS) or not all(map(_is_number, body.values())):
        raise bad_request(f"The body has {', '.join(_HOLDINGS)}: whole numbers up to {MOST_HELD}.")
    return Holdings(**body)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST_HELD


ROUTES = [
    Route("/v1/device", tell, methods=["PUT"]),
    Route("/v1/logs", log, methods=["POST"]),
]
