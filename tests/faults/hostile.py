"""A server that answers what a test tells it to, on a real socket."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.faults.faults import PASS, Fault, Instead
from tests.faults.messages import Request
from tests.faults.proxy import FaultProxy
from tests.site import Site

Answer = tuple[int, Any]
Rule = Callable[[str, str], Answer | None]
"""Given method and path: (status, JSON or bytes), or None to pass the request on."""


class Between(FaultProxy):
    """A proxy whose rule may answer in the gateway's stead."""

    def __init__(self, port: int) -> None:
        super().__init__(port, self._by_rule)
        self.rule: Rule = lambda method, path: None
        self.seen: list[str] = []

    def _by_rule(self, request: Request) -> Fault:
        self.seen.append(f"{request.method} {request.path}")
        answer = self.rule(request.method, request.path)
        if answer is None:
            return PASS
        status, content = answer
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return Instead(status, body)


@pytest.fixture
async def between(site: Site) -> AsyncIterator[Between]:
    proxy = Between(site.port)
    await proxy.start()
    yield proxy
    await proxy.stop()
