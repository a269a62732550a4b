"""What came of documents that came in, and how many of them were news.

An answer is lost, and a terminal that cannot be sure sends everything once more. That is no second
report, and is not to be counted as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from civictui.domain.ports import WriteFailure
from civictui.gateway.database.review import Review


@dataclass(frozen=True, slots=True)
class Arrival:
    """Of a batch: how many revisions were `added`; those that were refused."""

    added: int
    failures: list[WriteFailure]

    def __add__(self, other: "Arrival") -> "Arrival":
        return Arrival(self.added + other.added, [*self.failures, *other.failures])


NOTHING_YET = Arrival(0, [])


def arrived(sorted_out: Review, refused: Sequence[WriteFailure] = ()) -> Arrival:
    """Of what was accepted some may be `refused` by the database after all."""
    new = {(doc["_id"], doc["_rev"]) for doc in sorted_out.accepted}
    new -= {(failure.id, failure.rev) for failure in refused}
    return Arrival(len(new), [*sorted_out.failures, *refused])
