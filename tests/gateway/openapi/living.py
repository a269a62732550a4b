"""A gateway on a socket with something of everything in it, and what each operation takes."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from civictui.domain.model import now_text
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.offer import Offer
from civictui.gateway.operation import Operation
from civictui.gateway.policy.policy_file import PolicyFile
from civictui.gateway.policy.rules import Rules
from civictui.gateway.provisioning import add_user, load
from civictui.gateway.server import GatewayThread
from tests.gateway.open311.city import DEFINITIONS
from tests.gateway.peer import PASSWORD, Device, SealedStore, announced, picture, piece, report

Request = dict[str, Any]
"""What an operation is asked with: path_parameters, headers, query, body, media_type."""

MAP: Final = Path(__file__).parents[2] / "data" / "basemap" / "nyc-west-village.mbtiles"
PICTURE: Final = picture()
KEY: Final = f"{hashlib.sha256(PICTURE).hexdigest()}.jpg"
REPORTS: Final = [report(f"r{n}", photos=[{"large": KEY}]) for n in range(20)]
PLACE: Final = {"lat": 37.76524, "long": -122.4212}
TUS: Final = {"Tus-Resumable": "1.0.0"}
METRICS: Final = "metrics-token"
PIECE: Final = "application/offset+octet-stream"


class Living:
    """One gateway for a module of tests. `http` is signed in as demo."""

    def __init__(self, http: httpx.Client, key: str) -> None:
        self.http = http
        self.key = key
        self.device = Device()
        self._pictures = 1
        self._password = PASSWORD
        self.sign_in()
        answer = http.post("/open311/v2/requests.json", data=self.form()).raise_for_status()
        self.posted = str(answer.json()[0]["service_request_id"])
        http.put("/db/civic/_local/log", json={"seq": 0}).raise_for_status()

    @classmethod
    @contextmanager
    def begun(cls, path: Path) -> Iterator["Living"]:
        now = datetime.now(UTC)
        folder = GatewayFolder.open(path / "gateway", int(now.timestamp()))
        for name in ("demo", "changing"):
            add_user(folder, name, PASSWORD, cost=CHEAP)
        shutil.copy(MAP, folder.room("maps") / MAP.name)
        assert load(folder, [*REPORTS, *DEFINITIONS], {KEY: PICTURE}) == []
        policy = PolicyFile(folder)
        with policy.alone():
            policy.put(Rules(client_logs=True, message="Servers are renewed on Saturday."))
        key, offer = ApiKeys(folder).make("demo", now_text(now)), Offer(a_minute=1_000_000)
        operation = Operation(metrics_token=METRICS)
        begun = GatewayThread(folder.path, cost=CHEAP, open311=offer, operation=operation)
        with begun as gateway:
            origin = f"http://127.0.0.1:{gateway.port}"
            with httpx.Client(base_url=origin, trust_env=False, timeout=20) as http:
                yield cls(http, key)

    @property
    def origin(self) -> str:
        return str(self.http.base_url).rstrip("/")

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": self.http.headers["Authorization"]}

    def sign_in(self) -> dict[str, Any]:
        """Begin a session, and go on with it."""
        body = {"username": "demo", "password": PASSWORD, "device": self.device.fields}
        said: dict[str, Any] = self.http.post("/v1/session", json=body).raise_for_status().json()
        self.http.headers["Authorization"] = f"Bearer {said['access_token']}"
        return said

    def good(self, name: str) -> Request:
        """A request of this operation that is answered with success; a new one at each call."""
        if name in _FIXED:
            return dict(_FIXED[name])
        return _MADE[name](self)

    def form(self) -> dict[str, Any]:
        return {"api_key": self.key, "service_code": "006", **PLACE}

    def password_change(self) -> dict[str, Any]:
        """Another password for the user changing."""
        former, self._password = self._password, f"{self._password} more"
        said = {"password": former, "new_password": self._password}
        return {**_credentials("changing"), **said}

    def announced(self) -> tuple[bytes, dict[str, str]]:
        """A picture that is not here, and the headers that begin its upload."""
        self._pictures += 1
        content = picture(self._pictures, 16)
        return content, announced(content)

    def begun_upload(self) -> tuple[str, bytes]:
        """The id of an upload of which nothing is here, and all that is to come."""
        content, headers = self.announced()
        answer = self.http.post("/v1/uploads", headers=headers).raise_for_status()
        return answer.headers["location"].rpartition("/")[2], content


def _json(body: object, **more: Any) -> Request:
    return {"body": body, "media_type": "application/json", **more}


def _credentials(user: str = "demo") -> dict[str, Any]:
    return {"username": user, "password": PASSWORD, "device": Device().fields}


def _geo(living: Living, **parameters: str) -> Request:
    return {"path_parameters": {"format": "json", **parameters}, "query": {"api_key": living.key}}


def _upload(living: Living) -> Request:
    return {"path_parameters": {"upload": living.begun_upload()[0]}, "headers": dict(TUS)}


def _piece(living: Living, **headers: str) -> Request:
    name, content = living.begun_upload()
    told = {k: v for k, v in piece(0).items() if k != "Content-Type"} | headers
    given = {"body": content, "media_type": PIECE}
    return {"path_parameters": {"upload": name}, "headers": told, **given}


_HERE: Final[Mapping[str, str]] = {"id": "r1", "rev": REPORTS[1]["_rev"]}
_STANDING: Final = ("unsent_reports", "unsent_photos", "needs_attention", "drafts")
_LINE: Final = {"day": "2026-11-20", "kind": "crash", "code": "ValueError", "count": 1}

_FIXED: Final[dict[str, Request]] = {
    "policy": {},
    "notice": {},
    "health": {},
    "live": {},
    "metrics": {},
    "signOut": {},
    "uploadAbilities": {},
    "listMaps": {},
    "database": {},
    "ensureFullCommit": {},
    "changes": {"query": {"include_docs": "true", "limit": 5}},
    "allDocs": {"query": {"include_docs": "true"}},
    "signIn": _json(_credentials()),
    "tellStanding": _json(dict.fromkeys(_STANDING, 1)),
    "sendLogs": _json({"lines": [_LINE]}),
    "missingObjects": _json({"keys": [KEY, "other.jpg"]}),
    "getObject": {"path_parameters": {"key": KEY}},
    "headObject": {"path_parameters": {"key": KEY}},
    "mapTiles": _json({"tiles": [[0, 0, 0], [14, 4823, 6160]]}, path_parameters={"name": MAP.name}),
    "postChanges": _json({}),
    "revsDiff": _json({"r1": [_HERE["rev"], "2-abc"]}),
    "bulkGet": _json({"docs": [dict(_HERE)]}),
    "bulkDocs": _json({"new_edits": False, "docs": [report("new")]}),
    "putLocal": _json({"seq": 1}, path_parameters={"local": "log"}),
    "getLocal": {"path_parameters": {"local": "log"}},
    "getDocument": {"path_parameters": {"docid": "r1"}},
    "geoOptions": {"path_parameters": {"rest": "requests.json"}},
    "geoServices": {"path_parameters": {"format": "xml"}},
    "geoService": {"path_parameters": {"service_code": "DMV66", "format": "json"}},
}
_MADE: Final[dict[str, Callable[[Living], Request]]] = {
    "renew": lambda living: _json(living.device.renewal(living.sign_in()["refresh_token"])),
    "changePassword": lambda living: _json(living.password_change()),
    "recover": lambda living: _json(SealedStore(living.sign_in()).appeal()),
    "createUpload": lambda living: {"headers": living.announced()[1]},
    "uploadProgress": _upload,
    "endUpload": _upload,
    "resumeUpload": _piece,
    "overriddenUpload": lambda living: _piece(living, **{"X-HTTP-Method-Override": "PATCH"}),
    "geoRequests": _geo,
    "geoRequest": lambda living: _geo(living, service_request_id=living.posted),
    "geoPost": lambda living: {
        "path_parameters": {"format": "xml"},
        "body": living.form(),
        "media_type": "application/x-www-form-urlencoded",
    },
}
