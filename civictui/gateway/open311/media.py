"""Pictures of a request: an address is kept and never fetched; a file becomes photos of ours."""

import asyncio
import re
from typing import Final
from urllib.parse import urlsplit

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.domain.model import Photo
from civictui.domain.ports import Picture
from civictui.domain.text import one_line
from civictui.gateway.backends import Backends
from civictui.gateway.open311.asking import Fields, single
from civictui.gateway.problems import Problem, bad_request
from civictui.gateway.viewer import Viewer

LINK_CHARACTERS: Final = 2_000
_LINK = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)
_KEY_DIGITS = 64


def link_of(value: object) -> str | None:
    """A plain http or https address without credentials; None for anything else."""
    if not isinstance(value, str) or len(value) > LINK_CHARACTERS or one_line(value) != value:
        return None
    try:
        parts = urlsplit(value)
        plain = bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return value if plain and _LINK.fullmatch(value) else None


def link_in(fields: Fields) -> str:
    """The `media_url` of a form; "" where there is none. Raises Problem 400."""
    said = single(fields, "media_url")
    link = link_of(said) if said else ""
    if link is None:
        raise bad_request(f"media_url is an http(s) address of {LINK_CHARACTERS} characters.")
    return link


async def decoded(content: bytes, budget: int, thumbnail: int) -> Picture:
    """A picture file as a photo: decoded in the picture process, stripped of metadata, shrunk.

    Both have so many bytes at most. Raises Problem 415.
    """
    try:
        return (await asyncio.to_thread(pictures.take, content, budget, thumbnail)).picture
    except PictureError as error:
        raise Problem(415, "not_a_picture", error.sentence) from error


async def store(picture: Picture, backends: Backends, sender: Viewer) -> Photo:
    """Store it with its thumbnail, as an upload does; it counts for the sender's quota.

    Raises Problem 429, 503.
    """
    await _upload(picture.photo.thumbnail, picture.thumbnail, backends, sender)
    await _upload(picture.photo.large, picture.large, backends, sender)
    return picture.photo


async def _upload(key: str, content: bytes, backends: Backends, sender: Viewer) -> None:
    """By the rules of all uploads: verified before it exists, never another content, quotas."""
    upload, offset = await backends.uploads.begin(sender, key, len(content), key[:_KEY_DIGITS])
    if not upload.done:
        await backends.uploads.append(upload, offset, content[offset:])
        await backends.uploads.settle(upload)
