"""What errors say is a sentence, whatever an operator wrote into it."""

import pytest

from civictui.domain.errors import Barred


@pytest.mark.parametrize("words", ["Go to the depot.", "Go to the depot", "Go to the depot. "])
def test_the_operators_words_end_once(words: str) -> None:
    barred = Barred("device", words)
    assert barred.sentence == (
        "This terminal is disabled: Go to the depot. What waits here is still sent."
    )
    assert barred.words == words


@pytest.mark.parametrize("words", ["", ".", " "])
def test_an_operator_who_says_nothing(words: str) -> None:
    said = str(Barred("version", words))
    assert said == "This version of civictui is disabled"
