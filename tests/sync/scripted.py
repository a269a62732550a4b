"""A link whose answers a test has written down, and which notes what it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civictui.codec import encode
from civictui.net import Reply


@dataclass(slots=True)
class Asked:
    method: str
    path: str
    params: Mapping[str, str]
    json: Any
    silence: float | None


@dataclass(slots=True)
class Scripted:
    """`Requests`: gives the answers in their order; an error among them is raised."""

    answers: list[tuple[int, Any] | Exception]
    asked: list[Asked] = field(default_factory=list)

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        params, silence = options.get("params") or {}, options.get("silence")
        self.asked.append(Asked(method, path, params, options.get("json"), silence))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return Reply(status, {}, encode(body))
