"""`_local` documents of the backend: they do not replicate, and each says which it follows.

CouchDB takes any revision or none, PouchDB Server the current one alone.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from civictui.couchdb.answers import strange
from civictui.couchdb.endpoint import Requests
from civictui.domain.model import Doc
from civictui.gateway.database.couchdb.faults import answered, unavailable

_ANSWER_BYTES = 256 * 1024
_REVISIONS = 4096
"""So many are remembered; of others the document is read before it is written."""
_TRIES = 3


class LocalDocs:
    """The gateway's own `_local` documents, by names that are plain in a path."""

    def __init__(self, requests: Requests, path: str) -> None:
        self._requests = requests
        self._path = f"{path}/_local/civictui-"
        self._revs: OrderedDict[str, str] = OrderedDict()

    async def get(self, name: str) -> Doc | None:
        """What `put` was given. Raises Problem."""
        with answered():
            reply = await self._requests.request("GET", self._path + name, cap=_ANSWER_BYTES)
            self._revs.pop(name, None)
            if reply.status == 404:
                return None
            if reply.status != 200:
                raise reply.refusal()
            found = reply.json()
            if not isinstance(found, dict) or "_id" not in found:
                raise strange()
            body = found.get("is")
            if not isinstance(body, dict):
                return None  # nobody here has written that
            self._note(name, found.get("_rev"))
            return body

    async def put(self, name: str, body: Mapping[str, Any], *, new: bool = False) -> bool:
        """Write it over what is there; a `new` one only where none is. Raises Problem."""
        for _ in range(_TRIES):
            if name not in self._revs and not new:
                await self.get(name)
            with answered():
                if await self._written(name, body):
                    return True
            if new:
                return False
        raise unavailable("Somebody else writes the same log at the same time.")

    async def drop(self, name: str) -> None:
        """Forget it. One that was written again meanwhile stays. Raises Problem."""
        if name not in self._revs:
            await self.get(name)
        rev = self._revs.pop(name, None)
        if rev is None:
            return
        with answered():
            where = f"{self._path}{name}?rev={quote(rev, safe='')}"
            reply = await self._requests.request("DELETE", where, cap=_ANSWER_BYTES)
            if reply.status not in {200, 202, 404, 409}:
                raise reply.refusal()

    async def _written(self, name: str, body: Mapping[str, Any]) -> bool:
        """Whether it is there now; not where it follows another one than the last."""
        rev = self._revs.pop(name, None)
        content = {"is": body, **({"_rev": rev} if rev else {})}
        reply = await self._requests.request(
            "PUT", self._path + name, json=content, cap=_ANSWER_BYTES
        )
        if reply.status == 409:
            return False
        if reply.status not in {200, 201, 202}:
            raise reply.refusal()
        found = reply.json()
        if not isinstance(found, dict) or not isinstance(found.get("rev"), str):
            raise strange()
        self._note(name, found["rev"])
        return True

    def _note(self, name: str, rev: object) -> None:
        if isinstance(rev, str):
            self._revs[name] = rev
        if len(self._revs) > _REVISIONS:
            self._revs.popitem(last=False)
