"""Typing ahead: on a thin link several keys arrive at once, and each must find the right field.

Textual hands a key to the widget that has the focus when the key arrives. What an earlier key does
(Tab moves the focus, `n` opens a form) happens some messages later, so that of a burst "demo", Tab,
"password" everything would land in the field of the name. Here one key at a time goes in, and the
next one follows when the consequences of the last are through.

Letters that are waiting for one field go into it together: a text that a terminal pastes as keys
would otherwise take seconds, and be lost with the terminal.

Builds on `App.on_event`, which receives every key before the focused widget does.
"""

from collections import deque
from collections.abc import Iterable
from functools import partial
from itertools import takewhile
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_PASSES = 2
"""The key itself bubbles up once, and so does a message that it made its widget post."""
_PATIENCE = 1.0
"""Seconds after which the next key goes in whatever happened: no widget may hold the keyboard."""
_LOOKS = 5
"""So often is looked in that time. A machine that stood still takes its time between two looks, and
the consequences of the last key have theirs, before patience ends: letters keep their places.
"""


class Typed(events.Event, bubble=False):
    """Several keys in a row, all of them text for the field that has the focus."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


@runtime_checkable
class TakesText(Protocol):
    """A field that takes `Typed` where it would take the keys one by one."""

    def text_of(self, key: events.Key) -> str:
        """What this key writes; "" where it does something else."""
        ...


class TypeAhead(App[None], inherit_bindings=False):
    """An app that takes keys in turn."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._typed: deque[events.Event] = deque()
        self._turn = 0
        self._busy = False

    async def on_event(self, event: events.Event) -> None:
        typed = isinstance(event, events.Key | events.Paste)
        if not typed or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if not self._busy:
            await self._take_next()

    async def _take_next(self) -> None:
        if not self._typed:
            self._busy = False
            return
        self._busy = True
        self._turn += 1
        turn = self._turn
        path = [*(self.focused.ancestors_with_self if self.focused else (self.screen, self))]
        field = self.focused
        if field and (text := self._take_letters(field)):
            field.post_message(Typed(text))
        else:
            await super().on_event(self._typed.popleft())
        await self._be_patient(turn, _LOOKS)
        self._follow(turn, path * _PASSES)

    def _take_letters(self, field: object) -> str:
        """The letters that are next for this field, where there is more than one."""
        if len(self._typed) == 1 or not isinstance(field, TakesText):
            return ""
        waiting = (event if isinstance(event, events.Key) else None for event in self._typed)
        letters = list(takewhile(bool, (field.text_of(key) if key else "" for key in waiting)))
        if len(letters) == 1:
            return ""
        for _ in letters:
            self._typed.popleft()
        return "".join(letters)

    async def _be_patient(self, turn: int, looks: int) -> None:
        """Go on after so many looks, unless the consequences of the key were through before."""
        if looks and turn == self._turn and self._busy:
            self.set_timer(_PATIENCE / _LOOKS, partial(self._be_patient, turn, looks - 1))
        else:
            await self._done(turn)

    def _follow(self, turn: int, path: Iterable[MessagePump]) -> None:
        """Pass through the queues that the key passes through, behind it, then the new screen's."""
        rest = deque(path)
        while rest:
            if rest.popleft().call_later(self._follow, turn, rest):
                return
        if not self.screen.call_later(self._done, turn):
            self.call_later(self._done, turn)

    async def _done(self, turn: int) -> None:
        if turn == self._turn and self._busy:
            await self._take_next()
