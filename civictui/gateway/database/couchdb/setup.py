"""`civictui serve init`: the database, who may read it, and its indexes. Can be done again.

What is there already stays: documents, and whoever was given access besides the gateway.
"""

from typing import Any

from civictui.couchdb.endpoint import ANSWER_BYTES
from civictui.domain.errors import GatewayError, Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Clock
from civictui.gateway.backing import Backing
from civictui.gateway.database.couchdb import design
from civictui.gateway.database.couchdb.local_docs import LocalDocs
from civictui.gateway.database.couchdb.mark import Marking
from civictui.gateway.database.couchdb.opening import signed_link
from civictui.gateway.database.couchdb.upstream import CREDENTIALS_REFUSED, Signed
from civictui.gateway.problems import Problem
from civictui.net import Reply

_MADE = frozenset({200, 201, 202})
_ADMIN = "_admin"
"""The role that a CouchDB gives its own administrators."""
_NO_SECURITY = {404, 405, 501}
_HOW = "Nothing that was there is lost, and this can be done again."
_ADMINISTRATOR = "An administrator of the server is needed; nothing was changed."


async def set_up(backing: Backing, clock: Clock) -> list[str]:
    """What was done, a line each. Raises UsageError, GatewayError."""
    signed, path = signed_link(backing)
    try:
        setup = _Setup(signed, path)
        said = [await setup.database(), await setup.security(backing), await setup.indexes()]
        mark = await Marking(LocalDocs(signed, path), clock).current()
        return [*said, f"its sequences are marked {mark.text}"]
    except Problem as problem:
        if problem.reason == CREDENTIALS_REFUSED:
            raise Refused(401, "unauthorized", _unwelcome(backing)) from problem
        raise GatewayError(problem.reason.rstrip("."), _HOW) from problem
    finally:
        await signed.close()


def _unwelcome(backing: Backing) -> str:
    """Whose credentials did not do, and the options that they came from."""
    if backing.database_iam_key:
        return f"the key of --database-iam-key-file may not do this. {_ADMINISTRATOR}"
    if not backing.database_user:
        return f"it wants to know who asks: say --database-user. {_ADMINISTRATOR}"
    return (
        f"the user {backing.database_user} with the password of --database-password-file may not "
        f"do this. {_ADMINISTRATOR}"
    )


class _Setup:
    def __init__(self, signed: Signed, path: str) -> None:
        self._signed = signed
        self._path = path

    async def database(self) -> str:
        reply = await self._signed.request("PUT", self._path, cap=ANSWER_BYTES)
        if reply.status == 412:
            return "the database was there"
        _check(reply)
        return "made the database"

    async def security(self, backing: Backing) -> str:
        """Readable by the server's administrators and the gateway's own user, and by nobody else.

        An empty security object lets everybody in on some servers.
        """
        if backing.database_iam_key:
            return "who may read it is for IAM to say; nothing was changed"
        reply = await self._signed.request("GET", f"{self._path}/_security", cap=ANSWER_BYTES)
        if reply.status in _NO_SECURITY:
            return "this server keeps no security objects: close it in another way"
        found = _object(_check(reply))
        wanted = closed(found, backing.database_user)
        if wanted == found:
            return "only administrators and the gateway may read it, as before"
        path = f"{self._path}/_security"
        _check(await self._signed.request("PUT", path, json=wanted, cap=ANSWER_BYTES))
        return "only administrators and the gateway may read it now"

    async def indexes(self) -> str:
        path = f"{self._path}/{design.ID}"
        reply = await self._signed.request("GET", path, cap=ANSWER_BYTES)
        found = {} if reply.status == 404 else _object(_check(reply))
        if design.is_same(found):
            return "its indexes were there"
        body: Doc = {**design.DESIGN, **({"_rev": found["_rev"]} if "_rev" in found else {})}
        _check(await self._signed.request("PUT", path, json=body, cap=ANSWER_BYTES))
        return "made its indexes anew" if found else "made its indexes"


def closed(found: Doc, user: str) -> Doc:
    """A security object with administrators and the gateway's user among the members."""
    members = _entry(found, "members")
    names = list(dict.fromkeys([*_texts(members, "names"), *([user] if user else [])]))
    roles = list(dict.fromkeys([*_texts(members, "roles"), _ADMIN]))
    admins = _entry(found, "admins")
    leaders = list(dict.fromkeys([*_texts(admins, "roles"), _ADMIN]))
    return {
        **found,
        "admins": {**admins, "names": _texts(admins, "names"), "roles": leaders},
        "members": {**members, "names": names, "roles": roles},
    }


def _entry(found: Doc, name: str) -> dict[str, Any]:
    entry = found.get(name)
    return entry if isinstance(entry, dict) else {}


def _texts(entry: dict[str, Any], name: str) -> list[str]:
    listed = entry.get(name)
    return [text for text in listed if isinstance(text, str)] if isinstance(listed, list) else []


def _check(reply: Reply) -> Reply:
    """Raises Refused."""
    if reply.status not in _MADE:
        raise reply.refusal()
    return reply


def _object(reply: Reply) -> dict[str, Any]:
    found = reply.json()
    if not isinstance(found, dict):
        raise Refused(reply.status, "strange", "this is no CouchDB")
    return found
