"""How much of a picture one request carries: as much as takes some seconds on this link.

A cut costs at most one piece, and each piece costs a round trip.
"""

AIM_SECONDS = 5.0
PIECE_BYTES, LEAST_BYTES, MOST_BYTES = 128 * 1024, 32 * 1024, 1024 * 1024
"""The first one, and between which the others are."""
_GROWTH, _WARY_GROWTH = 2.0, 1.25


class PieceSize:
    """Bytes of the next piece, from how the last ones went."""

    def __init__(self) -> None:
        self.bytes = PIECE_BYTES
        self._growth = _GROWTH

    def took(self, count: int, seconds: float) -> None:
        """A piece went through. The last one of a picture may be small, and says little."""
        if count < self.bytes:
            return
        fitting = int(AIM_SECONDS * count / max(seconds, 0.001))
        self.bytes = min(max(fitting, LEAST_BYTES), int(self._growth * self.bytes), MOST_BYTES)

    def broke(self) -> None:
        """The link broke in one: the next cut costs less, and comes later."""
        self.bytes = max(LEAST_BYTES, self.bytes // 2)
        self._growth = _WARY_GROWTH
