"""What can happen in a history, and histories of it.

Who acts is a number among the terminals; `pick` chooses among what there is at that moment. So a
step keeps its meaning when others before it are left out; what it writes is named by its `number`.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

FIELDS = ("problemDescription", "category", "address", "status")


@dataclass(frozen=True, slots=True)
class Submit:
    """A new report, perhaps with a photo."""

    who: int
    number: int
    photo: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A document of `type: update` beside a report."""

    who: int
    pick: int
    number: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Of the version that is in force; or, `old`, of that which the person looked at before."""

    who: int
    pick: int
    number: int
    fields: tuple[str, ...]
    old: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody begins to edit: a draft keeps the version that is seen."""

    who: int
    pick: int
    number: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    who: int
    pick: int


@dataclass(frozen=True, slots=True)
class Discard:
    """Take back what the gateway has not acknowledged of a report."""

    who: int
    pick: int


@dataclass(frozen=True, slots=True)
class Settle:
    """A conflict; the choice of each group, or whether the document stays, is made by `seed`."""

    who: int
    pick: int
    seed: int


@dataclass(frozen=True, slots=True)
class Sync:
    """A round of one terminal, or of several at once, in a storm of `likely` faults.

    `kill` is the terminal whose process ends in it after so many calls of its store; -1 stands
    for the gateway. `meanwhile` is what persons do in it, each after so many turns.
    """

    who: tuple[int, ...]
    seed: int = 0
    likely: float = 0.0
    kill: tuple[int, int] | None = None
    meanwhile: tuple[tuple[int, "Deed"], ...] = ()


@dataclass(frozen=True, slots=True)
class Restart:
    """A process ends between two things that it does, and begins again."""

    who: int


@dataclass(frozen=True, slots=True)
class Backup:
    """The gateway's folder is copied."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """The gateway goes on with the last copy of its folder: what came after it is forgotten."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes: tokens grow old."""

    seconds: int


Deed: TypeAlias = Submit | Remark | Edit | Look | Withdraw | Discard | Settle
"""What a person does."""
Step: TypeAlias = Deed | Sync | Restart | Backup | PutBack | Wait


@dataclass(frozen=True, slots=True)
class History:
    """`users` names who works at each terminal; `skews` are the errors of their clocks, in s."""

    users: tuple[str, ...]
    skews: tuple[int, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "\n".join([f"users {self.users}, clocks {self.skews}", *map(str, self.steps)])


USERS = ("asha", "demo", "ravi")


def history(seed: object, longest: int = 45, *, backups: bool = False) -> History:
    """The history of that seed, of so many steps at most; with `backups` of the gateway or not."""
    rng = random.Random(f"history/{seed}")
    terminals = rng.randint(2, 4)
    users = tuple(rng.choice(USERS) for _ in range(terminals))
    skews = tuple(rng.choice((0, 0, rng.randint(-90_000, 90_000))) for _ in range(terminals))
    stormy = rng.choice((0.0, 0.15, 0.4))
    maker = _Maker(rng, terminals, stormy, backups)
    return History(users, skews, tuple(maker.steps(rng.randint(10, longest))))


class _Maker:
    def __init__(self, rng: random.Random, terminals: int, stormy: float, backups: bool) -> None:
        self._rng = rng
        self._terminals = terminals
        self._stormy = stormy
        self._written = 0
        self._likely: dict[Callable[[], Step], float] = {
            self._submit: 2, self._edit: 7, self._look: 1, self._withdraw: 1.2, self._settle: 2,
            self._discard: 0.3,
            self._remark: 0.7, self._sync: 7, self._restart: 0.5, self._wait: 0.4,
        }  # fmt: skip
        self._backups = backups
        if backups:
            self._likely |= {Backup: 0.7, PutBack: 0.7}

    def steps(self, count: int) -> Sequence[Step]:
        makers, weights = list(self._likely), list(self._likely.values())
        first: list[Step] = [
            Submit(0, 0),
            Sync((0,)),
            *(Sync((who,)) for who in range(1, self._terminals)),
        ]
        return [*first, *(make() for make in self._rng.choices(makers, weights, k=count))]

    def _next(self) -> int:
        self._written += 1
        return self._written

    def _who(self) -> int:
        return self._rng.randrange(self._terminals)

    def _pick(self) -> int:
        return self._rng.choice((0, 0, self._rng.randrange(8)))  # often the same document

    def _submit(self) -> Deed:
        return Submit(self._who(), self._next(), self._rng.random() < 0.2)

    def _remark(self) -> Deed:
        return Remark(self._who(), self._pick(), self._next())

    def _edit(self) -> Deed:
        fields = tuple(sorted(self._rng.sample(FIELDS, self._rng.choice((1, 1, 2, 3)))))
        return Edit(self._who(), self._pick(), self._next(), fields, self._rng.random() < 0.2)

    def _look(self) -> Deed:
        return Look(self._who(), self._pick(), self._next())

    def _withdraw(self) -> Deed:
        return Withdraw(self._who(), self._pick())

    def _discard(self) -> Deed:
        return Discard(self._who(), self._pick())

    def _settle(self) -> Deed:
        return Settle(self._who(), self._pick(), self._rng.randrange(1000))

    def _sync(self) -> Step:
        many = self._rng.random() < 0.25
        who = tuple(self._rng.sample(range(self._terminals), 2)) if many else (self._who(),)
        likely = self._stormy if self._rng.random() < 0.7 else 0.0
        kill = None
        if self._rng.random() < 0.15:
            kill = (self._rng.choice(self._mortal(who)), self._rng.randrange(25))
        meanwhile = tuple(
            (self._rng.randrange(200), self._meanwhile(who))
            for _ in range(self._rng.choice((0, 0, 1, 2, 4)))
        )
        return Sync(who, self._rng.randrange(10**6), likely, kill, meanwhile)

    def _mortal(self, who: tuple[int, ...]) -> tuple[int, ...]:
        """Whose process may end in a round.

        A terminal that is killed between an acknowledgement and the log that proves it cannot
        know that a gateway which was put back has forgotten just that.
        """
        return (-1,) if self._backups else (*who, -1)

    def _meanwhile(self, busy: tuple[int, ...]) -> Deed:
        """Most of all at a terminal that is just sending."""
        deeds = (self._submit, self._edit, self._edit, self._withdraw, self._settle)
        deed = self._rng.choice(deeds)()
        return replace(deed, who=self._rng.choice(busy)) if self._rng.random() < 0.6 else deed

    def _restart(self) -> Step:
        return Restart(self._rng.choice((-1, *range(self._terminals))))

    def _wait(self) -> Step:
        return Wait(self._rng.choice((5, 60, 900, 90_000)))
