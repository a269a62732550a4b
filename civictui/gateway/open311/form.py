"""The body of a POST: fields and pictures, read under caps. Other files are refused."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from civictui.gateway.open311.multipart import MOST_PARTS, parts_of
from civictui.gateway.policy import OBJECT_BYTES
from civictui.gateway.problems import Problem, bad_request
from civictui.gateway.routes.bodies import late, plain_body
from civictui.gateway.routes.bulk import Places

SECONDS: Final = 120.0
"""How long a form may be on its way."""
FIELD_BYTES: Final = 128 * 1024
"""Of all fields together."""
MOST_PICTURES: Final = 5
MEDIA: Final = "media"
"""What a picture's part is called."""
_MEDIA: Final = (MEDIA, f"{MEDIA}[]")


@dataclass(slots=True)
class Form:
    fields: dict[str, list[str]] = field(default_factory=dict)
    pictures: list[bytes] = field(default_factory=list)

    def add(self, name: str, *values: str) -> None:
        self.fields.setdefault(name, []).extend(values)


@asynccontextmanager
async def form_of(request: Request, places: Places) -> AsyncIterator[Form]:
    """The body as a form; a long one keeps one of `places` for the length of `with`.

    Raises Problem 400, 408, 413, 415.
    """
    async with AsyncExitStack() as kept:
        try:
            async with asyncio.timeout(SECONDS):
                form = await _read(request, places, kept)
        except TimeoutError as error:
            raise late() from error
        yield form


async def _read(request: Request, places: Places, kept: AsyncExitStack) -> Form:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _of_fields(await kept.enter_async_context(plain_body(request, FIELD_BYTES, places)))
    if kind == "multipart/form-data":
        most = OBJECT_BYTES + FIELD_BYTES
        content = await kept.enter_async_context(plain_body(request, most, places))
        return _of_parts(content, content_type)
    said = "A request is posted as application/x-www-form-urlencoded or multipart/form-data."
    raise Problem(415, "bad_content_type", said)


def query_of(request: Request) -> dict[str, list[str]]:
    """The fields of a request's query."""
    return _of_pairs(request.query_params.multi_items()).fields


def _of_fields(content: bytes) -> Form:
    try:
        pairs = parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARTS
        )
    except ValueError as error:
        raise bad_request(f"The body is no form of up to {MOST_PARTS} fields in UTF-8.") from error
    if any(value and name in _MEDIA for name, value in pairs):
        raise bad_request(f"{MEDIA} is a file: send it as multipart/form-data.")
    return _of_pairs(pairs)


def _of_pairs(pairs: Iterable[tuple[str, str]]) -> Form:
    form = Form()
    for name, value in pairs:
        form.add(name, value)
    return form


def _of_parts(content: bytes, content_type: str) -> Form:
    form = Form()
    room = FIELD_BYTES
    for part in parts_of(content, content_type):
        if part.is_file or part.name in _MEDIA:
            _take_file(form, part.name, part.content)
            continue
        room -= len(part.content)
        if room < 0:
            raise bad_request(f"The fields have more than {FIELD_BYTES} bytes.")
        try:
            form.add(part.name, part.content.decode())
        except UnicodeDecodeError as error:
            raise bad_request("Text is sent in UTF-8.") from error
    return form


def _take_file(form: Form, name: str, content: bytes) -> None:
    """An empty file field is what a browser sends of one that nobody filled in."""
    if not content:
        return
    if name not in _MEDIA:
        raise bad_request(f"A picture is sent as the file {MEDIA}; there is no other file.")
    if len(form.pictures) == MOST_PICTURES:
        raise bad_request(f"At most {MOST_PICTURES} pictures.")
    form.pictures.append(content)
