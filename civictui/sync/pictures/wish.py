"""The wish to send the photos that wait by a rule: written down at once, with or without a link."""

from civictui.domain.ports import Outbox
from civictui.sync.pictures.link_rules import Meter


class PhotoWish:
    """Belongs to one event loop."""

    def __init__(self, meter: Meter, outbox: Outbox) -> None:
        self._meter = meter
        self._outbox = outbox
        self._stands = False

    def make(self) -> None:
        self._stands = True

    async def settle(self) -> None:
        """Write down what is to go, where that is wished for. Broken off, the wish stands."""
        while self._stands:
            self._stands = False
            try:
                await self._meter.release(await self._outbox.jobs())
            except BaseException:
                self._stands = True
                raise
