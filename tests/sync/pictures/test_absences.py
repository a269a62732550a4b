"""Pictures that never come cost less and less; those that are only late are found soon."""

from civictui.sync.pictures.absences import (
    FIRST_SECONDS,
    GO_SECONDS,
    LONGEST_SECONDS,
    MOST_AGAIN,
    Absences,
)


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_never_missed_is_asked_for_whatever_else_is_missing() -> None:
    absences = Absences(Seconds())
    bogus = [f"bogus{n}" for n in range(500)]
    assert absences.chosen(bogus) == bogus
    for key in bogus:
        absences.missed(key)
    assert absences
    assert absences.chosen([*bogus, "new"]) == ["new"]


def test_the_pause_doubles_up_to_a_day() -> None:
    clock = Seconds()
    absences = Absences(clock)
    pauses: list[float] = []
    for _ in range(30):
        absences.missed("a")
        wait = absences.wait()
        assert wait is not None
        pauses.append(wait)
        assert absences.chosen(["a"]) == []
        clock.now += wait
        assert absences.chosen(["a"]) == ["a"]
    assert pauses[:4] == [FIRST_SECONDS * factor for factor in (1, 2, 4, 8)]
    assert pauses[-1] == LONGEST_SECONDS
    asked_in_a_day = sum(sum(pauses[: n + 1]) < LONGEST_SECONDS for n in range(30))
    assert asked_in_a_day <= 20


def test_few_of_those_that_are_due_are_asked_for_at_once_and_the_least_tried_first() -> None:
    clock = Seconds()
    absences = Absences(clock)
    bogus = [f"bogus{n}" for n in range(100)]
    for _ in range(3):
        for key in bogus:
            absences.missed(key)
    absences.missed("late")
    clock.now += 3600
    again = absences.chosen([*bogus, "late"])
    assert len(again) == MOST_AGAIN
    assert again[0] == "late"


def test_what_is_due_is_asked_for_in_goes_that_get_rarer() -> None:
    """However often somebody looks, 500 names that are made up cost a bounded trickle."""
    clock = Seconds()
    absences = Absences(clock)
    bogus = [f"bogus{n}" for n in range(500)]
    for key in bogus:
        absences.missed(key)
    asked = 0
    for _ in range(3600):
        clock.now += 1
        for key in absences.chosen(bogus):
            absences.missed(key)
            asked += 1
    assert asked <= MOST_AGAIN * (8 + 3600 / GO_SECONDS)
    absences.missed("late")
    assert (absences.wait() or 0) <= FIRST_SECONDS
    clock.now += FIRST_SECONDS
    assert absences.chosen([*bogus, "late"])[0] == "late"


def test_who_asks_has_all_of_them_due_but_not_at_once() -> None:
    absences = Absences(Seconds())
    bogus = [f"bogus{n}" for n in range(100)]
    for key in bogus:
        absences.missed(key)
    absences.hurry()
    assert absences.wait() == 0
    assert len(absences.chosen(bogus)) == MOST_AGAIN


def test_what_came_or_is_not_wanted_is_not_waited_for() -> None:
    absences = Absences(Seconds())
    for key in "abc":
        absences.missed(key)
    absences.came("a")
    absences.forget(["b"])
    assert absences.chosen(["b"]) == ["b"]
    assert not absences
    assert absences.wait() is None
