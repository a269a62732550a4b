"""Where a log stands, and what was not as written on the way there."""

from dataclasses import dataclass, field

from civictui.codec import Row, decode_object, decode_rows
from civictui.storage.generations import BEGIN, EPOCH
from civictui.storage.record import NO_TAG, Record


@dataclass(slots=True)
class Findings:
    """What was not as written when the log was opened; each span is (first byte, end)."""

    torn: tuple[int, int] | None = None
    damaged: list[tuple[int, int]] = field(default_factory=list)
    broken_chain: list[int] = field(default_factory=list)
    unfinished: bool = False
    """The last generation is not whole: what it was made of was read, too."""

    @property
    def lost(self) -> bool:
        """Whether something that was once acknowledged may be gone.

        A torn tail alone is what a crash leaves of a transaction that nobody was told of.
        """
        return bool(self.damaged or self.broken_chain or self.unfinished)


@dataclass(slots=True)
class Standing:
    """Behind which record a log stands; `end` is the byte behind it in its generation's file."""

    end: int = 0
    sequence: int = 0
    tag: bytes = NO_TAG
    epoch: int = 0
    """The highest epoch of a keyring that the log was told of."""
    after_loss: bool = False
    """Whether something was lost in the generation before this one."""

    def follow(self, record: Record, findings: Findings) -> list[Row]:
        """Go on behind the next authentic record; gives its rows, none for one put in again."""
        damaged_before = record.start != self.end
        if damaged_before:
            findings.damaged.append((self.end, record.start))
        self.end = record.end
        is_old = record.sequence <= self.sequence
        if is_old or (record.tag_before != self.tag and not damaged_before):
            findings.broken_chain.append(record.sequence)
        if is_old:
            return []
        self.sequence, self.tag = record.sequence, record.tag
        rows = decode_rows(record.rows)
        if rows and not rows[0][0]:
            self._note(rows)
        return rows

    def _note(self, rows: list[Row]) -> None:
        """Read what the log says of itself; such a row is the only one of its record."""
        for table, name, content in rows:
            if not table and content is not None and name in {BEGIN, EPOCH}:
                said = decode_object(content)
                self.epoch = max(self.epoch, int(said.get("epoch", 0)))
                self.after_loss = self.after_loss or said.get("after_loss") is True
