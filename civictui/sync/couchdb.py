"""The other side of a replication over HTTP: a gateway, a CouchDB, Cloudant, PouchDB Server.

Only what the published protocol promises is used. Sequences are opaque, `pending` and
`possible_ancestors` may be absent, unknown fields are ignored.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from civictui.domain.errors import GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes, EndpointInfo, Seq, WriteFailure
from civictui.net import Reply

_GRACE = 15.0
"""Seconds that an answer to a longpoll may come later than its timeout."""


class Requests(Protocol):
    """What sends a request: a plain link, or one that is signed in."""

    async def request(self, method: str, path: str, **options: Any) -> Reply: ...


class CouchEndpoint:
    """`Endpoint` for the database at `path` (such as `/db/civic`) of a server."""

    def __init__(self, link: Requests, path: str, identity: str) -> None:
        self._link = link
        self._path = path.rstrip("/")
        self._identity = identity

    async def info(self) -> EndpointInfo:
        found = await self._ask("GET", "")
        name = str(found.get("db_name", ""))
        return EndpointInfo(name, found.get("update_seq", 0), self._identity)

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        params = {"style": "all_docs", "since": str(since), "limit": str(limit)}
        if descending:
            params["descending"] = "true"
            del params["since"]  # a descending feed begins at its end
        if include_docs:
            params["include_docs"] = "true"
        silence = 30.0
        if wait:
            params |= {"feed": "longpoll", "timeout": str(int(wait * 1000))}
            silence = wait + _GRACE
        found = await self._ask("GET", "/_changes", params=params, silence=silence)
        rows = [_change(row) for row in found.get("results", ())]
        return Changes(rows, found.get("last_seq", since), found.get("pending"))

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        found = await self._ask("POST", "/_revs_diff", json=revs)
        return {key: list(entry.get("missing", ())) for key, entry in found.items()}

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        asked = {"docs": [{"id": key, "rev": rev} for key, rev in wanted]}
        found = await self._ask("POST", "/_bulk_get", params={"revs": "true"}, json=asked)
        answers = [entry for result in found.get("results", ()) for entry in result["docs"]]
        return [entry["ok"] for entry in answers if "ok" in entry]

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        body = {"docs": docs, "new_edits": False}
        found = await self._ask("POST", "/_bulk_docs", json=body)
        return [_failure(entry) for entry in found if "error" in entry]

    async def get_local(self, name: str) -> Doc | None:
        reply = await self._link.request("GET", self._local(name))
        if reply.status == 404:
            return None
        found: Doc = _checked(reply)
        return found

    async def put_local(self, name: str, body: Doc) -> None:
        """Write the log whatever revision it has: we are the only writer of its name."""
        reply = await self._link.request("PUT", self._local(name), json=body)
        if reply.status == 409:
            current = await self.get_local(name)
            renewed = {**body, "_rev": (current or {}).get("_rev")}
            reply = await self._link.request("PUT", self._local(name), json=renewed)
        _checked(reply)

    def _local(self, name: str) -> str:
        return f"{self._path}/_local/{quote(name, safe='')}"

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        return _checked(await self._link.request(method, self._path + path, **options))


def _checked(reply: Reply) -> Any:
    """The JSON of a success. Raises Refused; GatewayError where it is no shape of CouchDB's."""
    if reply.status not in {200, 201, 202}:
        raise reply.refusal()
    found = reply.json()
    if not isinstance(found, dict | list):
        raise GatewayError("The server's answer is not that of a CouchDB")
    return found


def _change(row: Any) -> Change:
    try:
        revs = tuple(entry["rev"] for entry in row["changes"])
        return Change(row["seq"], row["id"], revs, bool(row.get("deleted")), row.get("doc"))
    except (KeyError, TypeError, AttributeError) as error:
        raise GatewayError("A row of the server's changes feed cannot be read") from error


def _failure(entry: Mapping[str, Any]) -> WriteFailure:
    fields = ("id", "rev", "error", "reason")
    return WriteFailure(*(str(entry.get(name) or "") for name in fields))
