"""After a round that went well: once a day the audit, and what is done beside the sync."""

from civictui.domain.errors import GatewayError, SessionExpired, SignInBlocked, Unreachable
from civictui.sync.beside import Beside
from civictui.sync.history import History
from civictui.sync.pictures.inventory import Inventory, in_words


class Upkeep:
    """Belongs to one event loop."""

    def __init__(self, beside: Beside, history: History) -> None:
        self._beside = beside
        self._history = history

    async def after_round(self, inventory: Inventory) -> bool:
        """Gives whether something is to be sent again.

        A server that cannot answer the audit is asked another time: all else goes on. Raises what
        is said of the link or the session.
        """
        self._beside.begin()
        try:
            audit = await inventory.daily()
        except (Unreachable, SessionExpired, SignInBlocked):
            raise
        except GatewayError:
            return False
        if audit is None:
            return False
        await self._history.told(in_words(audit))
        return bool(audit.queued)

    async def end(self) -> None:
        await self._beside.end()
