"""Somebody who types into the form of a report, and knows at each moment what must be in it."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from civictui.domain.model import Draft
from tests.e2e.screen import AppScreen

FIELDS = ("description", "category", "photo", "place", "address")
"""In the order of Tab; in "photo" nothing is typed."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""No spaces: a field of one line makes one of several."""
_NAMES = {"description", "category", "place", "address"}


@dataclass(frozen=True, slots=True)
class Page:
    """The form at one moment: what is in its fields, and where the cursor is."""

    fields: Mapping[str, str]
    at: str = "description"
    offset: int = 0

    @classmethod
    def of(cls, draft: Draft) -> "Page":
        fields = {name: getattr(draft, name) for name in _NAMES}
        return cls(fields, draft.at_field or "description", draft.at_offset)

    def typed(self, letter: str) -> "Page":
        text = self.fields[self.at]
        text = text[: self.offset] + letter + text[self.offset :]
        return replace(self, fields={**self.fields, self.at: text}, offset=self.offset + 1)

    def left(self) -> "Page":
        return replace(self, offset=max(0, self.offset - 1))

    def entered(self, name: str, offset: int) -> "Page":
        """With the cursor in another field, where the field has kept it."""
        return replace(self, at=name, offset=offset)


@dataclass
class Typist:
    """Types at `screen` as `rng` wants it. `past` has every page there was, and since when."""

    screen: AppScreen
    rng: random.Random
    page: Page = field(default_factory=lambda: Page(dict.fromkeys(_NAMES, "")))
    past: list[tuple[float, Page]] = field(default_factory=list)
    count: int = 0
    _offsets: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._note(self.page)

    def type_for(self, seconds: float) -> None:
        """Letters, now and then a step to the left or to the next field."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            chance = self.rng.random()
            if self.page.at == "photo" or chance < 0.03:
                self._tab()
            elif chance < 0.1:
                self._press("\x1b[D", self.page.left())
            else:
                letter = self.rng.choice(LETTERS)
                self.count += 1
                self._press(letter, self.page.typed(letter))
            self.screen.listen(self.rng.uniform(0.0, 0.08))

    def since(self, moment: float) -> list[Page]:
        """The page of that moment and all later ones."""
        before = [number for number, (at, _) in enumerate(self.past) if at <= moment]
        return [page for _, page in self.past[before[-1] if before else 0 :]]

    def _tab(self) -> None:
        self._offsets[self.page.at] = self.page.offset
        name = FIELDS[(FIELDS.index(self.page.at) + 1) % len(FIELDS)]
        at_end = len(self.page.fields.get(name, ""))
        self._press("\t", self.page.entered(name, self._offsets.get(name, at_end)))

    def _press(self, key: str, after: Page) -> None:
        self.screen.press(key)
        self._note(after)

    def _note(self, page: Page) -> None:
        self.page = page
        self.past.append((time.monotonic(), page))
