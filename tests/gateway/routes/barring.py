"""Terminals that are barred, and how that is told."""

from collections.abc import Callable

import httpx

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import PolicyFile, Rules
from tests.gateway.peer import Device, sign_in

NOTHING = {"unsent_reports": 0, "unsent_photos": 0, "needs_attention": 0, "drafts": 0}
WORDS = "Bring it to the yard."
SINCE = "2026-05-04T12:00:00.000Z"

Bar = Callable[[], None]


def put(folder: GatewayFolder, rules: Rules) -> None:
    policy = PolicyFile(folder)
    with policy.alone():
        policy.put(rules)


async def bearer(http: httpx.AsyncClient, device: Device | None = None) -> dict[str, str]:
    said = (await sign_in(http, device=device or Device())).json()
    return {"Authorization": f"Bearer {said['access_token']}"}


def is_refused(answer: httpx.Response, kind: str = "device") -> bool:
    if answer.status_code != 403 or answer.request.method == "HEAD":
        return answer.status_code == 403
    return bool(answer.json()["error"] == f"{kind}_disabled")
