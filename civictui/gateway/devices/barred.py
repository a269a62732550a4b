"""Who is barred, and what is left to him: signing in and out, and delivering what is queued.

What is not named here is closed to the barred, so that a new route is closed to them by default.
"""

import re

from civictui.domain.model.policy import DEVICE, VERSION
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.policy import PolicyFile
from civictui.gateway.problems import Problem

DELIVERING = (
    ("DELETE", "/v1/session"),
    ("GET", "/v1/policy"),
    ("PUT", "/v1/device"),
    ("POST", "/v1/logs"),
    ("POST", "/v1/uploads"),
    ("POST", "/v1/uploads/{name}"),
    ("HEAD", "/v1/uploads/{name}"),
    ("PATCH", "/v1/uploads/{name}"),
    ("DELETE", "/v1/uploads/{name}"),
    ("HEAD", "/v1/objects/{name}"),
    ("POST", "/db/civic/_revs_diff"),
    ("POST", "/db/civic/_bulk_docs"),
    ("POST", "/db/civic/_ensure_full_commit"),
    ("GET", "/db/civic/_local/{rest}"),
    ("PUT", "/db/civic/_local/{rest}"),
)
"""What one with a session may ask for who is barred: `{name}` is one part of a path,
`{rest}` all that is left of it."""
_WORDS = {
    DEVICE: ("device_disabled", "This terminal was disabled. Ask your administrator."),
    VERSION: ("version_disabled", "This version of the program is no longer let in. Update it."),
}


class Barring:
    """Judges devices and versions by what the operator says now. Cheap: two looks at a file."""

    def __init__(self, disabled: DisabledDevices, policy: PolicyFile) -> None:
        self._disabled = disabled
        self._policy = policy

    def check(self) -> None:
        """Raises StoreDamaged where it cannot be known who is barred: then nobody is served."""
        self._disabled.all()
        self._policy.current()

    def why(self, device: str, version: str) -> str:
        """DEVICE or VERSION, or "" for who is not barred; what names neither is not judged."""
        if device and self._disabled.has(device):
            return DEVICE
        return VERSION if version and self._policy.current().bars(version) else ""

    def refuse_device(self, device: str) -> None:
        """Raises Problem 403 for a device that is disabled."""
        if device and self._disabled.has(device):
            raise self.refusal(DEVICE)

    def refuse(self, why: str, method: str, path: str) -> None:
        """Raises Problem 403 where one who is barred asks for anything but to deliver."""
        if why and not delivers(method, path):
            raise self.refusal(why)

    def refusal(self, why: str) -> Problem:
        """403 with the operator's words, or with ours where he wrote none."""
        code, reason = _WORDS[why]
        return Problem(403, code, self._policy.current().disabled_message or reason)


def delivers(method: str, path: str) -> bool:
    """Whether a request is one of DELIVERING."""
    return any(method == one and pattern.fullmatch(path) for one, pattern in _ALLOWED)


def _pattern(path: str) -> re.Pattern[str]:
    spelled = re.escape(path).replace(r"\{name\}", "[^/]+").replace(r"\{rest\}", ".+")
    return re.compile(spelled, re.DOTALL)


_ALLOWED = [(method, _pattern(path)) for method, path in DELIVERING]
