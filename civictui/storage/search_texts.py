"""The texts of all reports, searched as one: a pass over a few megabytes, in C."""

from collections.abc import Iterable, Sequence

from civictui.storage.byte_run import ByteRun

_FEW = 8_000
"""Of so many, or fewer, each is looked at rather than all texts searched once more."""


class SearchTexts:
    """Folded texts, each known by its number, in the order in which they were added."""

    def __init__(self) -> None:
        self._texts = ByteRun()

    def __getitem__(self, number: int) -> str:
        return _text(self._texts[number])[:-1]

    def extend(self, texts: Iterable[str]) -> None:
        # The line break keeps a word from being found across two texts.
        self._texts.extend(_bytes(f"{text}\n") for text in texts)

    def holding(self, word: str, among: Sequence[int]) -> set[int]:
        """Numbers of the texts that hold a word without blanks: at least of those `among` them."""
        sought, texts = _bytes(word), self._texts
        if len(among) <= _FEW:
            return {number for number in among if texts.has(sought, number)}
        return set(texts.all_with(sought))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
