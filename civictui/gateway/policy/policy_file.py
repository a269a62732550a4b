"""The policy in force: one sealed file in the gateway's folder, written by the command line.

{"v": 1, "rules": what `Rules.to_doc` says}. A running gateway looks at the file's version with each
request, and reads it again after a change.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.gateway.folder import GatewayFolder, locked
from civictui.gateway.policy.rules import NO_RULES, Rules
from civictui.gateway.sealed import SealedFile, Watched

_FORM = 1


class PolicyFile:
    """The policy of one folder. Any process may put another one in force while one serves."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._lock = folder.path / "policy.lock"
        self._file = SealedFile(
            folder.path / "policy", folder.key("policy"), b"civictui/gateway/policy/v1"
        )
        self._watched = Watched(self._file, self._load)

    def current(self) -> Rules:
        """What is in force now; of a file that was damaged while it is served, what it said before.

        Raises StoreDamaged where that is not known: nobody guesses whom it would have barred.
        """
        return self._watched.current()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else puts one in force meanwhile."""
        with locked(self._lock):
            yield

    def put(self, rules: Rules) -> None:
        """Put `rules` in force, durably. The caller holds `alone`."""
        self._file.write({"v": _FORM, "rules": rules.to_doc()})

    def _load(self) -> Rules:
        document = self._file.read()
        if document is None:
            return NO_RULES
        try:
            if document["v"] != _FORM:
                raise ValueError("another form")
            return Rules.from_doc(document["rules"])
        except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
            raise StoreDamaged(
                f"{self._file.path} is not of a version that this program knows",
                "Use a newer civictui, or move it away and put a policy in force again.",
            ) from error
