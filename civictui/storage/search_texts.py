"""The texts of all reports as one run of bytes, searched as one.

A search for a word is one pass over a few megabytes, in C, instead of 50,000 strings to visit; and
an end of a text costs 8 bytes, where a string of its own costs 50 and more.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence


class SearchTexts:
    """Texts in the order in which they were added, each known by its number from 0 on.

    They are never taken out again: whoever drops one remembers that, and builds anew at times.
    """

    def __init__(self) -> None:
        self._run = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, text: str) -> None:
        """Add a text that is folded already."""
        # The line break keeps a word from being found across two texts.
        self._run += f"{text}\n".encode("utf-8", "surrogatepass")
        self._ends.append(len(self._run))

    def __getitem__(self, number: int) -> str:
        start, end = self._span(number)
        return self._run[start : end - 1].decode("utf-8", "surrogatepass")

    def holding(self, words: Sequence[str]) -> Iterator[int]:
        """Numbers of the texts that hold every word, ascending. Words have no blanks in them.

        The longest word is looked for first: it is the rarest, most likely.
        """
        first, *others = sorted(
            (word.encode("utf-8", "surrogatepass") for word in words), key=len, reverse=True
        )
        run = self._run
        for number in self._having(first):
            start, end = self._span(number)
            if all(run.find(word, start, end) >= 0 for word in others):
                yield number

    def _span(self, number: int) -> tuple[int, int]:
        """First byte and end of a text, with the line break behind it."""
        return self._ends[number - 1] if number else 0, self._ends[number]

    def _having(self, word: bytes) -> Iterator[int]:
        run, ends = self._run, self._ends
        found, number = run.find(word), 0
        while found >= 0:
            if found >= ends[number]:  # a common word is in the next text already
                number = bisect_right(ends, found, number)
            yield number
            found = run.find(word, ends[number])
            number += 1
