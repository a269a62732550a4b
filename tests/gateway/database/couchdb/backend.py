"""A server on a socket that answers as a test says, and what it was asked."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Asked:
    """One request; the body is parsed where it is JSON."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any
    text: str


@dataclass
class Answer:
    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """What is announced, where it is not the truth."""


Answering = Callable[[Asked], Answer]


class Backend:
    """Its answers can be changed while it runs."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        """For answers that never come: they wait for this one."""
        self.port = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/reports"

    def saw(self, method: str, ending: str) -> list[Asked]:
        return [a for a in self.asked if a.method == method and a.path.endswith(ending)]


@contextmanager
def backend(answering: Answering) -> Iterator[Backend]:
    running = Backend(answering)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            asked = _asked(self.command, self.path, dict(self.headers), content)
            running.asked.append(asked)
            answer = running.answering(asked)
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body)
            body = body if isinstance(body, bytes) else body.encode()
            self.send_response(answer.status)
            length = len(body) if answer.length is None else answer.length
            for name, value in {"Content-Length": str(length), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = answer.length is not None
            try:
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # who asked had enough

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who asked had enough and has gone."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        running.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(method: str, target: str, headers: dict[str, str], content: bytes) -> Asked:
    parts = urlsplit(target)
    try:
        body = json.loads(content) if content else None
    except ValueError:
        body = None
    named = {name.lower(): value for name, value in headers.items()}
    params = dict(parse_qsl(parts.query))
    return Asked(method, unquote(parts.path), params, named, body, content.decode())
