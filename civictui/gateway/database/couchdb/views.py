"""Questions to the views that `civictui serve init` makes."""

from collections.abc import Sequence

from civictui.codec import encode
from civictui.couchdb.answers import read_view
from civictui.couchdb.endpoint import ANSWER_BYTES, Requests
from civictui.gateway.database.couchdb.design import ID, PICTURES, UPDATES
from civictui.gateway.database.couchdb.faults import answered, unavailable

_KEYS_AT_ONCE = 200
_MOST_NAMING = 1000
_MISSING = "The gateway's database lacks its indexes; civictui serve init makes them."


class Views:
    """Its methods raise Problem 503."""

    def __init__(self, requests: Requests, path: str) -> None:
        self._requests = requests
        self._path = f"{path}/{ID}/_view/"

    async def naming(self, picture: str) -> list[str]:
        """The ids of the documents whose winner names a picture."""
        params = {"key": encode(picture).decode(), "limit": str(_MOST_NAMING)}
        return await self._ids("GET", PICTURES, params)

    async def updates(self, reports: Sequence[str]) -> list[str]:
        """The ids of the updates of these reports."""
        found: dict[str, None] = {}
        for start in range(0, len(reports), _KEYS_AT_ONCE):
            keys = list(reports[start : start + _KEYS_AT_ONCE])
            found |= dict.fromkeys(await self._ids("POST", UPDATES, {}, {"keys": keys}))
        return list(found)

    async def _ids(
        self, method: str, view: str, params: dict[str, str], body: object = None
    ) -> list[str]:
        params = {"reduce": "false", **params}
        with answered():
            reply = await self._requests.request(
                method, self._path + view, params=params, json=body, cap=4 * ANSWER_BYTES
            )
            if reply.status == 404:
                raise unavailable(_MISSING)
            if reply.status != 200:
                raise reply.refusal()
            return reply.read(read_view)
