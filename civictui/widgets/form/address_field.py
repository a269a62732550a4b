"""A field for the address, with what the place may be called to choose from."""

from collections.abc import Sequence
from dataclasses import replace

from textual.suggester import Suggester

from civictui.domain.model import AddressProposal, AddressSource
from civictui.domain.text import folded, one_line
from civictui.keys import ADDRESS
from civictui.widgets import words
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.line_field import LineField

_NAMED = 2
"""So many proposals are named in the remark."""


class _Proposer(Suggester):
    """The first address that begins with what is typed."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._texts = texts

    async def get_suggestion(self, value: str) -> str | None:
        return next((text for text in self._texts if folded(text).startswith(folded(value))), None)


class AddressField(LineField, inherit_bindings=False):
    """Down and Up go through the proposals and back to what was typed, which is never lost."""

    BINDINGS = bindings(ADDRESS)

    def __init__(self, address: str, source: str, *, id: str) -> None:  # noqa: A002
        super().__init__(address, id=id)
        self._began = (one_line(address), source)
        self._typed = one_line(address)
        self._proposals: list[AddressProposal] = []

    @property
    def text(self) -> str:
        return one_line(self.value)

    @property
    def source(self) -> str:
        """An `AddressSource`; "" for what was typed, or nothing."""
        if self.text == self._began[0]:
            return self._began[1]
        taken = next((offer for offer in self._proposals if offer.text == self.text), None)
        return str(taken.source) if taken else ""

    @property
    def is_typed(self) -> bool:
        return bool(self.text) and self.source in {"", AddressSource.TYPED}

    def offer(self, proposals: Sequence[AddressProposal]) -> None:
        """Proposals in the order of their likelihood, in place of those before."""
        if self.text and self.source:
            self._began = (self.text, self.source)
        found: dict[str, AddressProposal] = {}
        for offer in proposals:
            found.setdefault(one_line(offer.text), offer)
        self._proposals = [replace(offer, text=text) for text, offer in found.items() if text]
        self.suggester = _Proposer(list(found)) if found else None

    def remark(self) -> str:
        """What can be taken."""
        names = [_named(offer) for offer in self._proposals if offer.text != self.text]
        if not names:
            return ""
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        down = bound_name(self, "address.next")
        return f"{f'{down}: ' if down else ''}{'; '.join(names[:_NAMED])}{more}"

    def action_complete(self) -> None:
        """Take the proposal behind the cursor; with nothing written, the first."""
        if self._suggestion:
            self._write(self._suggestion)
        elif not self.text:
            self.action_propose(1)

    def action_propose(self, step: int) -> None:
        """Write the next of the proposals or the one before; between the ends is what was typed."""
        texts = [offer.text for offer in self._proposals]
        if self.text not in texts:
            self._typed = self.text
        stops = [self._typed, *(text for text in texts if text != self._typed)]
        if len(stops) > 1:
            self._write(stops[(stops.index(self.text) + step) % len(stops)])

    def _write(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)


def _named(offer: AddressProposal) -> str:
    match offer.source:
        case AddressSource.GEOCODER:
            return f"{offer.text} (geocoder)"
        case _ if offer.is_town:
            return f"{offer.text} (the nearest town)"
        case _ if offer.meters:
            return f"{offer.text} ({words.distance(offer.meters)} away)"
    return offer.text
