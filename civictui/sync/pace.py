"""How many documents go in one batch: as many as take about two seconds on this link.

And no more than fit into an answer, or through a link that always breaks after so much: after such
a trouble a batch grows step by step only, so that the next one comes late.
"""

AIM_SECONDS = 2.0
FIRST, FEWEST, MOST = 50, 10, 1_000
_GROWTH, _WARY_GROWTH = 4.0, 1.25
"""A good batch makes the next one at most so many times as large: one may have been lucky."""


class Pace:
    """The size of the next batch, from how long the last ones took or what became of them."""

    def __init__(self) -> None:
        self.limit = FIRST
        self._growth = _GROWTH

    def took(self, documents: int, seconds: float) -> None:
        """A batch went through. A small one says little of a large one, and never more of it."""
        if not documents:
            return
        fitting = int(AIM_SECONDS * documents / max(seconds, 0.001))
        if documents < self.limit:  # the end of the feed, or an answer that was full
            fitting = min(fitting, self.limit)
        grown = int(self._growth * self.limit) + 1
        self.limit = min(max(FEWEST, fitting), grown, MOST)

    def shrink(self) -> bool:
        """A batch was too large, or the link broke in it; False where it cannot be smaller."""
        smaller = max(1, self.limit // 4)
        shrunk, self.limit = smaller < self.limit, smaller
        self._growth = _WARY_GROWTH
        return shrunk
