"""boto3 in threads of its own: few of them, none waits for ever, and a dead bucket costs nobody.

A call that fails is tried three times at most. After that the storage is left alone for a few
seconds, and whoever asks meanwhile is told at once. Nothing is read from boto3's own files,
variables and proxies, but for AWS_CA_BUNDLE (a file of certificate authorities).
"""

import asyncio
import functools
import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from civictui.domain.errors import GatewayError
from civictui.gateway.journal import LOGGER
from civictui.gateway.objects.port import RETRY_SECONDS, unavailable
from civictui.gateway.objects.s3_address import S3Address
from civictui.gateway.objects.threads import Threads

T = TypeVar("T")
KeyPair = tuple[str, str]

_THREADS = 4
_WAITING = 64
"""More calls than this at a time are refused: their bodies would fill the memory."""
_CONNECT_SECONDS = 5
_READ_SECONDS = 20
_ATTEMPTS = 3
_CLOSING_SECONDS = 1.0


class Tokens(Protocol):
    """Where bearer tokens come from."""

    async def token(self) -> str:
        """Raises GatewayError."""
        ...

    def forget(self, token: str) -> None: ...
    async def close(self) -> None: ...


class S3Client:
    """Calls to one bucket's server, signed by `keys`, or with a bearer token, or by nothing."""

    def __init__(self, address: S3Address, keys: KeyPair | None, tokens: Tokens | None) -> None:
        self._address = address
        self._keys = keys
        self._tokens = tokens
        self._bearer = ""
        self._threads = Threads(_THREADS, "s3")
        self._making = threading.Lock()
        self._made: Any = None
        self._waiting = 0
        self._alone_until = 0.0

    async def run(self, call: Callable[[Any], T]) -> T:
        """`call(client)` in one of the threads. Raises Problem 503; ClientError as it is below 500.

        A ClientError says what the storage answered; 401, 403 and what is missing but an object
        count as not answering, for that is for the administrator to mend.
        """
        if time.monotonic() < self._alone_until or self._waiting >= _WAITING:
            raise unavailable()
        await self._renew()
        self._waiting += 1
        try:
            submitted = self._threads.submit(functools.partial(self._call, call))
            return await asyncio.wrap_future(submitted)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """Let what was begun finish, unless the bucket takes its time."""
        await asyncio.to_thread(self._threads.close, _CLOSING_SECONDS)
        if self._made is not None:
            self._made.close()
        if self._tokens:
            await self._tokens.close()

    async def _renew(self) -> None:
        if self._tokens:
            try:
                self._bearer = await self._tokens.token()
            except GatewayError as error:
                raise self._failed(error) from error

    def _call(self, call: Callable[[Any], T]) -> T:
        """In a thread of the pool."""
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from urllib3.exceptions import HTTPError

        try:
            return call(self._client())
        except ClientError as error:
            if not _is_answer(error.response):
                if self._tokens:
                    self._tokens.forget(self._bearer)
                raise self._failed(error) from error
            raise
        except (BotoCoreError, HTTPClientError, HTTPError, OSError) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> Exception:
        LOGGER.error("the object storage failed", exc_info=error)
        self._alone_until = time.monotonic() + RETRY_SECONDS
        return unavailable()

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                self._made = self._new()
            return self._made

    def _new(self) -> Any:
        import boto3
        import botocore.session
        from botocore import UNSIGNED
        from botocore.config import Config

        core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        for name in ("config_file", "credentials_file"):
            core.set_config_variable(name, os.devnull)
        key, secret = self._keys or (None, None)
        client = boto3.session.Session(key, secret, botocore_session=core).client(
            "s3",
            region_name=self._address.region,
            endpoint_url=self._address.endpoint or None,
            config=Config(
                signature_version="s3v4" if self._keys else UNSIGNED,
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
                max_pool_connections=_THREADS,
                proxies={},
                s3={"addressing_style": "path" if self._address.endpoint else "auto"},
                # Not every S3 knows the newer checksums; Content-MD5 they all do.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        if self._tokens:
            client.meta.events.register("before-send.s3", self._with_bearer)
        return client

    def _with_bearer(self, request: Any, **_: Any) -> None:
        """boto3 cannot sign with a token, so nothing is signed and each attempt carries it."""
        request.headers["Authorization"] = f"Bearer {self._bearer}"


def _is_answer(response: Any) -> bool:
    """Whether an error says something of the object, and not of the storage."""
    status = response["ResponseMetadata"].get("HTTPStatusCode", 0)
    if response["Error"].get("Code") == "NoSuchBucket":
        return False
    return 400 <= status < 500 and status not in {401, 403, 408, 429}
