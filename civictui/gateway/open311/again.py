"""The same request again: who lost an answer posts anew with the same `Idempotency-Key`.

The id of such a report is a MAC of account, key and content, under a key of the gateway's folder.
So nothing has to be remembered, for no length of time, and no crash comes between a report and the
memory of it: whether the request was taken is whether its report is there. Another content is
another report, whatever its key says, and without the header each request is one of its own.
"""

import hashlib
import re
import uuid
from typing import Final

from starlette.requests import Request

from civictui.codec import encode
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.form import Form
from civictui.gateway.problems import bad_request
from civictui.storage.envelope import blind

HEADER: Final = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_PASSED_OVER: Final = {
    "api_key", "email", "phone", "first_name", "last_name", "device_id", "account_id",
}  # fmt: skip
"""Fields that make no other report: an account may have several keys, the rest is never read."""


def key_in(request: Request) -> str:
    """What the header says; "" where there is none. Raises Problem 400."""
    said = request.headers.get(HEADER, "")
    if HEADER.lower() in request.headers and not _KEY.fullmatch(said):
        raise bad_request(f"{HEADER} is 1 to 255 ASCII characters without a blank.")
    return said


class Repeats:
    """Names reports of one gateway by what they were posted with."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._key = folder.key("open311-repeats")

    def name(self, key: str, user: str, form: Form) -> str:
        """The id, a UUID of version 8 (RFC 9562), of what `user` posts under `key`."""
        mac = int.from_bytes(blind(self._key, encode([user, key, _content(form)]))[:16], "big")
        value = mac & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62
        return str(uuid.UUID(int=value))


def _content(form: Form) -> list[object]:
    """All that makes the report: fields by name, each one's values and all pictures in order."""
    fields = [[k, v] for k, v in sorted(form.fields.items()) if k not in _PASSED_OVER]
    return [fields, [hashlib.sha256(content).hexdigest() for content in form.pictures]]
