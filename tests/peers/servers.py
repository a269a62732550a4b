"""A CouchDB's protocol and an S3, as processes of others, for as long as a `with` lasts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.node import HERE, PATIENCE
from tests.tools import require_packages, require_tool


@contextmanager
def couch_server(credentials: str = "") -> Iterator[str]:
    """The address of a PouchDB Server, which answers to `user:password` alone where they are given.

    Without node or its packages the test is skipped, in CI it fails.
    """
    node = require_tool("node")
    require_packages(HERE)
    with _started(str(node), str(HERE / "server.js"), credentials) as address:
        yield address


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of moto's S3."""
    with _started(sys.executable, str(HERE / "s3_server.py")) as address:
        yield address


@contextmanager
def _started(*command: str) -> Iterator[str]:
    """A server that says its port in its first line and ends with its input.

    That end comes also where this process is killed: nobody else holds the pipe.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = json.loads(process.stdout.readline())["port"]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
