"""Starting the program as a person or a script would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PASSWORD = "lamp-leak-pothole"
PROGRAM = [sys.executable, "-m", "civictui"]


@dataclass
class Gateway:
    """`civictui demo --serve-only` in a process of its own; it may be stopped and started again."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] = field(init=False)
    running: bool = False

    def start(self) -> "Gateway":
        self.process = subprocess.Popen(
            [
                *PROGRAM,
                "demo",
                "--serve-only",
                f"--port={self.port}",
                f"--data-dir={self.folder}",
                *self.options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = json.loads(self.process.stdout.readline())
        assert said["user"] == "demo"
        assert said["password"] == PASSWORD
        self.port = int(said["server"].rpartition(":")[2])
        self.running = True
        return self

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
