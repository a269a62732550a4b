"""`/v1/uploads`: resumable uploads by tus 1.0.0: core, creation, expiration, termination.

Source: the tus resumable upload protocol, https://tus.io.
"""

import base64
import functools
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from civictui.gateway.backends import backends_of, grant_of
from civictui.gateway.journal import served_of
from civictui.gateway.objects.ledger import Upload
from civictui.gateway.policy import OBJECT_BYTES
from civictui.gateway.problems import Problem, bad_request, too_large
from civictui.gateway.routes.bodies import announced
from civictui.gateway.routes.intake import Intake
from civictui.gateway.routes.sight import judge_again
from civictui.gateway.routes.turns import turns_of

VERSION = "1.0.0"
_PIECE_BYTES = 32 * 1024
_RESUMABLE = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


async def abilities(_: Request) -> Response:
    """OPTIONS /v1/uploads."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(OBJECT_BYTES),
    }
    return Response(status_code=204, headers={**_RESUMABLE, **headers})


async def create(request: Request) -> Response:
    """POST /v1/uploads with Upload-Length and Upload-Metadata `key <b64>,sha256 <b64>`."""
    length = _whole_number(request, "upload-length")
    if not 0 < length <= OBJECT_BYTES:
        raise too_large(f"A picture has 1 to {OBJECT_BYTES} bytes.")
    told = _metadata(request.headers.get("upload-metadata", ""))
    key, sha256 = told.get("key", ""), told.get("sha256", "").lower()
    if not _SHA256.fullmatch(sha256):
        raise bad_request("Upload-Metadata has `key` and `sha256`, 64 hexadecimal digits.")
    viewer = grant_of(request).viewer
    upload, offset = await backends_of(request).uploads.begin(viewer, key, length, sha256)
    headers = {"Location": f"/v1/uploads/{upload.id}", **_standing(request, upload, offset)}
    return Response(status_code=201, headers=headers)


async def progress(request: Request) -> Response:
    """HEAD /v1/uploads/{id}. What was whole when the gateway was stopped is verified now."""
    await turns_of(backends_of(request).uploads).free(request.path_params["upload"])
    upload, offset = await _own(request)
    if offset == upload.bytes and not upload.done:
        await _settle(request, upload, offset)
    headers = {"Upload-Length": str(upload.bytes), **_standing(request, upload, offset)}
    return Response(status_code=200, headers=headers)


async def resume(request: Request) -> Response:
    """PATCH /v1/uploads/{id}: the bytes from Upload-Offset on."""
    if request.headers.get("content-type", "") != "application/offset+octet-stream":
        raise Problem(415, "bad_content_type", "The body is application/offset+octet-stream.")
    uploads, identity = backends_of(request).uploads, request.path_params["upload"]
    async with Intake(request) as intake, turns_of(uploads).taken(identity, intake.give_up):
        upload, offset = await _own(request)
        if _whole_number(request, "upload-offset") != offset:
            raise Problem(409, "offset_mismatch", f"The upload stands at {offset}.")
        if offset + announced(request) > upload.bytes:
            raise too_large("This is more than was announced.")
        offset = await _store(request, upload, offset, intake)
    return Response(status_code=204, headers=_standing(request, upload, offset))


async def terminate(request: Request) -> Response:
    """DELETE /v1/uploads/{id}: forgotten, with what came of it. A finished object stays."""
    await turns_of(backends_of(request).uploads).free(request.path_params["upload"])
    upload, _ = await _own(request)
    await backends_of(request).uploads.terminate(upload)
    return Response(status_code=204, headers=_RESUMABLE)


async def overridden(request: Request) -> Response:
    """POST /v1/uploads/{id} of a client that can do no other methods: it says which is meant."""
    meant = request.headers.get("x-http-method-override", "").upper()
    endpoint = _BY_METHOD.get(meant)
    if endpoint is None:
        raise Problem(405, "method_not_allowed", "Not with this method.")
    return await endpoint(request)


def _standing(request: Request, upload: Upload, offset: int) -> dict[str, str]:
    """The headers that say how far an upload is, and until when it may take."""
    headers = {**_RESUMABLE, "Upload-Offset": str(offset)}
    if offset < upload.bytes:
        until = backends_of(request).uploads.expires(upload)
        headers["Upload-Expires"] = formatdate(until, usegmt=True)
    return headers


async def _store(request: Request, upload: Upload, offset: int, intake: Intake) -> int:
    """Keep what comes for as long as it comes; returns how far the upload is then.

    Its sender is judged with every piece, which is kept first, and again before it is settled.
    """
    uploads = backends_of(request).uploads
    while content := await intake.take(_PIECE_BYTES):
        offset = await uploads.append(upload, offset, content)
        await judge_again(request)
    await judge_again(request)
    await _settle(request, upload, offset)
    intake.raise_broken()
    return offset


async def _settle(request: Request, upload: Upload, offset: int) -> None:
    await backends_of(request).uploads.settle(upload)
    served_of(request).finished += offset == upload.bytes and not upload.done


async def _own(request: Request) -> tuple[Upload, int]:
    """The sender's upload, and how far it is; the sender as he is after what was waited for."""
    await judge_again(request)
    identity = request.path_params["upload"]
    return await backends_of(request).uploads.find(identity, grant_of(request).user)


def _whole_number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise bad_request(f"The header {name} is a whole number.")
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """Read `name <base64>,name <base64>`. Raises Problem 400."""
    told: dict[str, str] = {}
    for pair in filter(None, header.split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except ValueError as error:
            raise bad_request("Upload-Metadata has names with values in base64.") from error
    return told


Endpoint = Callable[[Request], Awaitable[Response]]


def _tus(endpoint: Endpoint) -> Endpoint:
    """Every request and every answer, a refusal too, names the version."""

    @functools.wraps(endpoint)
    async def checked(request: Request) -> Response:
        try:
            if request.headers.get("tus-resumable") != VERSION:
                reason = f"This gateway speaks tus {VERSION}."
                raise Problem(412, "bad_version", reason, headers={"Tus-Version": VERSION})
            return await endpoint(request)
        except Problem as problem:
            problem.headers |= _RESUMABLE
            raise

    return checked


_BY_METHOD = {"HEAD": progress, "PATCH": resume, "DELETE": terminate}
ROUTES = [
    Route("/v1/uploads", abilities, methods=["OPTIONS"]),
    Route("/v1/uploads", _tus(create), methods=["POST"]),
    Route("/v1/uploads/{upload}", _tus(overridden), methods=["POST"]),
    *(
        Route("/v1/uploads/{upload}", _tus(endpoint), methods=[method])
        for method, endpoint in _BY_METHOD.items()
    ),
]
