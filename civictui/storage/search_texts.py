"""The texts of all reports, searched as one: a pass over a few megabytes, in C."""

from collections.abc import Iterator, Sequence

from civictui.storage.byte_run import ByteRun


class SearchTexts:
    """Folded texts, each known by its number, in the order in which they were added."""

    def __init__(self) -> None:
        self._texts = ByteRun()

    def __getitem__(self, number: int) -> str:
        return _text(self._texts[number])[:-1]

    def add(self, text: str) -> None:
        # The line break keeps a word from being found across two texts.
        self._texts.add(_bytes(f"{text}\n"))

    def holding(self, words: Sequence[str]) -> Iterator[int]:
        """Numbers of the texts that hold every word, ascending. Words have no blanks in them.

        The longest word is looked for first: it is the rarest, most likely.
        """
        texts = self._texts
        first, *others = sorted(map(_bytes, words), key=len, reverse=True)
        number = texts.next_with(first, 0)
        while number >= 0:
            if all(texts.has(word, number) for word in others):
                yield number
            number = texts.next_with(first, number + 1)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")
