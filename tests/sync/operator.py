"""Whoever runs a gateway: puts a policy in force, disables devices, and sees what was asked."""

import re
from typing import Any

from civictui.gateway import provisioning
from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.devices.entries import Holdings
from civictui.gateway.devices.records import entries_of
from civictui.gateway.devices.states import standings
from civictui.gateway.policy import PolicyFile
from civictui.gateway.policy.rules import Rules
from tests.site import Site

WORDS = "Version 1 loses photos. Come to the depot."
FAR = Rules(minimum_version="99.0", disabled_message=WORDS)
"""Bars every version there is."""
_DELIVERING = [
    ("POST", r"/v1/session/refresh"),
    ("GET", r"/v1/policy"),
    ("PUT", r"/v1/device"),
    ("(POST|HEAD|PATCH)", r"/v1/uploads(/[^/]+)?"),
    ("HEAD", r"/v1/objects/[^/]+"),
    ("POST", r"/db/civic/(_bulk_docs|_revs_diff)"),
    ("(GET|PUT)", r"/db/civic/_local/.+"),
]
_ALLOWED = [re.compile(f"{method} {path}") for method, path in _DELIVERING]


class Operator:
    def __init__(self, site: Site) -> None:
        folder = provisioning.open_folder(site.folder)
        self._folder = folder
        self._policy = PolicyFile(folder)
        self._devices = DisabledDevices(folder)

    def put(self, rules: Rules | None = None, **changes: Any) -> None:
        with self._policy.alone():
            self._policy.put(rules or Rules(**changes))

    def disable(self, device: str) -> None:
        self._devices.disable(device, Disabled(since="2026-11-23T08:00:00.000Z", by="operator"))

    def enable(self, device: str) -> None:
        self._devices.enable(device)

    def held(self, device: str) -> list[Holdings | None]:
        """What the device has said that it holds, for each user who was heard from it."""
        return [entry.holds for entry in entries_of(self._folder) if entry.device == device]

    def states(self, device: str) -> list[str]:
        """Where the device stands, for each user who was heard from it."""
        found = standings(entries_of(self._folder), self._devices.all())
        return [standing.state for standing in found if standing.entry.device == device]


def not_delivering(seen: list[str]) -> list[str]:
    """Of requests ("GET /path"), those that a barred terminal has no business to make."""
    paths = [request.partition("?")[0] for request in seen]
    return [path for path in paths if not any(kind.fullmatch(path) for kind in _ALLOWED)]
