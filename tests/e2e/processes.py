"""Starting the program as a person or a script would."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import httpx

PASSWORD = "lamp-leak-pothole"
PROGRAM = [sys.executable, "-m", "civictui"]


_HERE = "http://127.0.0.1:"
_WITH_PARENT = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""PR_SET_PDEATHSIG before the program itself: it ends with the tests, however those end."""


class Backing(Protocol):
    """What a gateway stands on."""

    def prepare(self, folder: Path) -> list[str]:
        """Make what a new gateway needs; the command that serves it, without a port."""
        ...

    is_filled_by_serving: bool

    def fill(self, gateway: "Gateway") -> None:
        """Add what can be added only while it is served, for the demo's users to find it all."""
        ...


class Embedded:
    """Everything in the gateway's own folder, as the demo has it."""

    def prepare(self, folder: Path) -> list[str]:
        return ["demo", "--serve-only", f"--data-dir={folder}"]

    is_filled_by_serving = False
    """The demo has filled it."""

    def fill(self, gateway: "Gateway") -> None:
        """Nothing is left to do."""


@dataclass
class Gateway:
    """A gateway with the demo's reports and users; it may be stopped and started again."""

    folder: Path
    options: tuple[str, ...] = ()
    backing: Backing = field(default_factory=Embedded)
    port: int = 0
    process: subprocess.Popen[str] = field(init=False)
    running: bool = False
    command: list[str] = field(default_factory=list)
    """The words that serve it, without the program and the port."""
    _reading: Thread | None = None

    def start(self) -> "Gateway":
        """Serve; at first with what it begins with. `stop` it also where this fails."""
        if not self.command:
            self.command = self.backing.prepare(self.folder)
            if self.backing.is_filled_by_serving:
                self._serve()
                self.backing.fill(self)
                self.stop()
        self._serve(*self.options)
        return self

    def _serve(self, *options: str) -> None:
        words = [*PROGRAM, *self.command, f"--port={self.port}", *options]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _WITH_PARENT, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running = True
        assert self.process.stdout is not None
        said: list[str] = []
        while not said or _HERE not in said[-1]:
            said.append(self.process.stdout.readline())
            assert said[-1], "".join(said)
        self.port = int(said[-1].partition(_HERE)[2].partition('"')[0])
        self._reading = Thread(target=deque, args=(self.process.stdout, 0))  # the log, unread
        self._reading.start()

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, *, kill: bool = False) -> None:
        if not self.running:
            return
        self.running = False
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=20)
        if self._reading:
            self._reading.join()
        if self.process.stdout:
            self.process.stdout.close()

    @contextmanager
    def session(self, user: str = "demo") -> Iterator[httpx.Client]:
        """A plain HTTP client that is signed in: a third party's look at the server."""
        device = {"id": "test", "name": "t", "version": "0", "public_key": "A" * 43}
        body = {"username": user, "password": PASSWORD, "device": device}
        with httpx.Client(base_url=self.server, trust_env=False) as client:
            answer = client.post("/v1/session", json=body).raise_for_status().json()
            client.headers["Authorization"] = f"Bearer {answer['access_token']}"
            yield client

    def reports(self, user: str = "demo") -> dict[str, dict[str, Any]]:
        """All that the gateway gives out to this user, by id, service definitions aside."""
        with self.session(user) as session:
            answer = session.get("/db/civic/_all_docs", params={"include_docs": "true"})
        found = {row["id"]: row["doc"] for row in answer.raise_for_status().json()["rows"]}
        return {key: doc for key, doc in found.items() if doc.get("type") != "service"}


class NewGateway(Protocol):
    """Begins a gateway in the folder of this name; it ends with the test."""

    def __call__(self, name: str, *options: str) -> Gateway: ...


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """One terminal's command line: its own data folder, one user."""

    folder: Path
    user: str = "demo"
    password: str = PASSWORD

    def run(self, *arguments: str, password: str | None = None) -> Answer:
        command = [*PROGRAM, *arguments, "--data-dir", str(self.folder), "--user", self.user]
        done = subprocess.run(
            [*command, "--password-stdin", "--json"],
            input=(self.password if password is None else password) + "\n",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def sync(self, gateway: Gateway) -> Any:
        answer = self.run("sync", "--server", gateway.server)
        assert answer.code == 0, answer.err
        return answer.json

    def list(self, *arguments: str) -> Any:
        answer = self.run("list", *arguments)
        assert answer.code == 0, answer.err
        return answer.json

    def new(self, **fields: str) -> str:
        options = [word for name, value in fields.items() for word in (f"--{name}", value)]
        answer = self.run("new", *options)
        assert answer.code == 0, answer.err
        return str(answer.json["id"])
