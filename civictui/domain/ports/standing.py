"""What the operator asks of this terminal, and what it is to its gateway."""

from typing import Protocol

from civictui.domain.model import Policy, Terminal


class Standing(Protocol):
    """A part of `Service`."""

    @property
    def policy(self) -> Policy:
        """What the operator asks, by the gateway's last word; NO_POLICY while locked."""
        ...

    @property
    def barred(self) -> str:
        """Why this terminal only delivers, see `Policy.bars`; "" where it works as ever.

        While it is, all that reads or writes raises Barred: what is left are the state of the
        sync, `waiting_to_go`, the sealed export, and leaving.
        """
        ...

    async def terminal(self) -> Terminal:
        """What this terminal is to its gateway; also where all else is barred."""
        ...

    async def waiting_to_go(self) -> int:
        """How many reports and photos are not sent yet, also where all else is barred."""
        ...

    async def notice(self) -> str:
        """The operator's notice for the login screen: the gateway's, or the last one kept.

        Never raises for a gateway that cannot be asked. "" without a server.
        """
        ...
