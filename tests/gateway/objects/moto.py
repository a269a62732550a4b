"""An S3 server that is not ours: moto's, as a process, which can be stopped and started again."""

import socket
import subprocess
import sys
import time
from typing import Any

import boto3
from botocore.config import Config

KEYS = ("an access key", "a secret")
BUCKET = "pictures"
PATIENCE = 30


class Moto:
    """One server with the bucket `pictures`, on a port of its own. What it has ends with it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As `serve --objects` takes it."""
        return f"s3://{BUCKET}?endpoint={self.endpoint}&prefix=large/"

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        self.client().create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> Any:
        """boto3 as anybody has it."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=KEYS[0],
            aws_secret_access_key=KEYS[1],
            config=Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self._process
                assert self._process.poll() is None, "moto has ended"
        raise TimeoutError("moto does not listen")
