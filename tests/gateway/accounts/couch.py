"""The accounts of a CouchDB on a real socket: recorded answers to sign-ins, and `_users`."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from civictui.gateway.backing import Backing

_RECORDED = Path(__file__).parents[2] / "data" / "couchdb" / "session.json"
ANSWERS = {
    exchange["name"].partition(": ")[2]: exchange for exchange in json.loads(_RECORDED.read_text())
}
NAME, PASSWORD = (ANSWERS["right password"]["request"]["body"][key] for key in ("name", "password"))
"""Who signs in by the recording."""
GATEWAY = ("gateway", "the gateway's own")

Answer = tuple[int, dict[str, str], bytes]


class Couch:
    """A server that knows the recorded user, and whatever documents are put into `users`."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.passwords = {NAME: PASSWORD}
        self.seen: list[tuple[str, str, str]] = []
        """Method, path and Authorization of each request."""
        self.cookies: list[str] = []
        """What came back of those that were set."""
        self.breaks_off = 0
        """How many requests more get no answer at all."""
        self.instead: Answer | None = None
        """What is answered to everything."""
        self.of_users: Answer | None = None
        """What is answered to questions for users' documents."""
        self.working: Callable[[str], object] = lambda path: None
        """Called with the path before each answer."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self.add(NAME, PASSWORD)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def backing(self) -> Backing:
        return Backing(accounts=self.url, database_user=GATEWAY[0], database_password=GATEWAY[1])

    def add(self, name: str, password: str, **fields: Any) -> None:
        """Put a user's document in, a technician's unless `fields` say something else."""
        self.passwords[name] = password
        self.users[name] = {
            "_id": f"org.couchdb.user:{name}",
            "name": name,
            "type": "user",
            "roles": ["technician"],
            "password_scheme": "pbkdf2",
            "derived_key": f"derived from {password}",
            "salt": "c0ffee",
            **fields,
        }

    def answer(self, method: str, path: str, content: bytes) -> Answer:
        if self.instead:
            return self.instead
        if (method, path) == ("POST", "/_session"):
            return self._session(json.loads(content))
        if self.of_users:
            return self.of_users
        name = unquote(path.partition("/_users/org.couchdb.user:")[2])
        if method == "GET" and name in self.users:
            return 200, {}, json.dumps(self.users[name]).encode()
        return 404, {}, b'{"error":"not_found","reason":"missing"}'

    def _session(self, body: dict[str, str]) -> Answer:
        known = self.passwords.get(body["name"]) == body["password"]
        told = ANSWERS["right password" if known else "wrong password"]["response"]
        said = told["body"] | ({"name": body["name"]} if known else {})
        return told["status"], told["headers"], json.dumps(said).encode()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(couch: Couch) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            content = self.rfile.read(length)
            couch.seen.append((self.command, self.path, self.headers.get("Authorization", "")))
            if couch.breaks_off:
                couch.breaks_off -= 1
                self.close_connection = True
                return
            couch.cookies += self.headers.get_all("Cookie", [])
            couch.working(self.path)
            status, headers, body = couch.answer(self.command, self.path, content)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    return Answering
