"""What this terminal is to its gateway."""

import civictui
from civictui.domain.model import Terminal
from civictui.domain.model.values import text_of
from civictui.service.attention import Attention
from civictui.service.heard import HEARD_AT


class Standing(Attention):
    """The part of the service that tells a person what the operator knows the terminal by."""

    async def terminal(self) -> Terminal:
        return Terminal(
            device=self._vault.device_id(),
            version=civictui.__version__,
            heard_at=text_of(await self.outgoing.secrets.get(HEARD_AT)),
        )
