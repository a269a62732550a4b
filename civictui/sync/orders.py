"""What the operator asks of this terminal: verified, sealed in the store, then obeyed.

It comes with each renewal of the session, and is asked for where the gateway bars this terminal.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import civictui
from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import AnswerTooLarge, Barred, StoreFull, StoreReadOnly
from civictui.domain.model import NO_POLICY, Policy
from civictui.domain.model.policy import DEVICE, MOST_WORDS, VERSION
from civictui.domain.ports import OpenStore, Signer
from civictui.domain.text import clean
from civictui.net import Reply
from civictui.signed_policy import MOST_BYTES, policy_in, read_signed

PATH = "/v1/policy"
QUIET_SECONDS = 10.0
"""For so long a gateway may say nothing to what is asked or told beside the reports."""
_BARS = {"version_disabled": VERSION, "device_disabled": DEVICE}
"""Why one is barred, by the gateway's code for it."""


def raise_if_barred(reply: Reply) -> None:
    """Raises Barred for the answer of a gateway that lets this terminal deliver, and no more."""
    if reply.status == 403:
        refusal = reply.refusal()
        if why := _BARS.get(refusal.code):
            raise Barred(why, clean(refusal.reason[:MOST_WORDS]))


class Orders:
    """Of one store and its gateway. Belongs to one event loop."""

    def __init__(
        self, store: OpenStore, signer: Signer, device: str, changed: Callable[[Policy], object]
    ) -> None:
        """`device` is the id of this terminal; `changed` hears of a policy once it is sealed."""
        self._store = store
        self._signer = signer
        self._device = device
        self._changed = changed
        self._kept: Any = None
        self._etag = ""
        self._refused: Barred | None = None
        self.policy = NO_POLICY

    async def recall(self) -> None:
        """Read what is sealed: a sign-in may have brought something else."""
        kept = await self._store.secrets.get("policy")
        if kept is not None and kept != self._kept:
            self._kept, self.policy = kept, policy_in(kept)

    @property
    def barred(self) -> Barred | None:
        """Why this terminal may only deliver what is queued, None where it works as ever."""
        why = self.policy.bars(civictui.__version__)
        return Barred(why, self.policy.disabled_message) if why else self._refused

    def refused(self, no: Barred) -> None:
        """The gateway has said it: that holds until another policy comes, or `try_again`."""
        self._refused = no

    def try_again(self) -> None:
        self._refused = None

    async def take(self, said: Any) -> bool:
        """The `policy` of an answer, where the key that this store trusts has signed it for us.

        Gives whether it is that; another one leaves things as they are.
        """
        found = read_signed(
            said, key=await self._secret("gateway key"), whose=await self._us(), signer=self._signer
        )
        if found is None:
            return False
        if asdict(found) != self._kept:
            await self._put(asdict(found))
        return True

    async def ask(self, link: Requests) -> None:
        """Ask for it as it is now; a gateway that does not say leaves things as they are.

        Raises Unreachable, SessionExpired.
        """
        headers = {"If-None-Match": self._etag} if self._etag else {}
        try:
            reply = await link.request(
                "GET", PATH, headers=headers, silence=QUIET_SECONDS, cap=2 * MOST_BYTES
            )
        except Barred as no:  # not even that may be asked
            self.refused(no)
            return
        except AnswerTooLarge:  # no policy is that large
            return
        if reply.status == 200:
            taken = await self.take(reply.json())
            self._etag = reply.headers.get("etag", "") if taken else ""

    async def _put(self, kept: dict[str, Any]) -> None:
        """Where it cannot be sealed it is obeyed all the same, for this session."""
        with suppress(StoreFull, StoreReadOnly):
            await self._store.secrets.put("policy", kept)
        self._kept, self.policy, self._refused = kept, policy_in(kept), None
        self._changed(self.policy)

    async def _us(self) -> dict[str, str]:
        gateway = await self._secret("gateway")
        return {"gateway": gateway, "user": self._store.user, "device": self._device}

    async def _secret(self, name: str) -> str:
        return str(await self._store.secrets.get(name) or "")
