"""What screens ask the app to do, and what the app tells them.

A change is an intent: it bubbles to the app and is carried out there, in a worker that outlives
the screen. The screen that asked gets `Done` or `Failed`. What the service tells comes to every
screen as `Heard`.
"""

from typing import Any, ClassVar

from textual.message import Message
from textual.screen import Screen

from civictui.domain.errors import CivicError
from civictui.domain.events import Event
from civictui.domain.model import Draft
from civictui.domain.ports import Service


class Intent(Message):
    """A change that `origin` asks for. Those of one group are carried out in turn."""

    group: ClassVar[str] = "write"

    def __init__(self, origin: Screen[Any]) -> None:
        super().__init__()
        self.origin = origin

    async def carry_out(self, service: Service) -> object:
        """Do it. Raises CivicError."""
        raise NotImplementedError


class SignIn(Intent):
    group = "sign-in"

    def __init__(self, origin: Screen[Any], user: str, password: str) -> None:
        super().__init__(origin)
        self.user = user
        self._password = password

    async def carry_out(self, service: Service) -> object:
        return await service.sign_in(self.user, self._password)


class SignInAgain(Intent):
    """The same user's password once more; the store stays open."""

    group = "sign-in"

    def __init__(self, origin: Screen[Any], password: str) -> None:
        super().__init__(origin)
        self._password = password

    async def carry_out(self, service: Service) -> object:
        return await service.sign_in_again(self._password)


class DraftIntent(Intent):
    """A change that is about one draft."""

    def __init__(self, origin: Screen[Any], draft: Draft) -> None:
        super().__init__(origin)
        self.draft = draft


class SubmitReport(DraftIntent):
    async def carry_out(self, service: Service) -> object:
        return await service.submit(self.draft)


class SaveDraft(DraftIntent):
    async def carry_out(self, service: Service) -> object:
        await service.save_draft(self.draft)
        return None


class DiscardDraft(DraftIntent):
    async def carry_out(self, service: Service) -> object:
        await service.discard_draft(self.draft.id)
        return None


class Done(Message, bubble=False):
    """An intent was carried out; `result` is what the service answered."""

    def __init__(self, intent: Intent, result: object) -> None:
        super().__init__()
        self.intent = intent
        self.result = result


class Failed(Message, bubble=False):
    """An intent was not carried out, or, without one, the program met an error of its own."""

    def __init__(self, error: CivicError, intent: Intent | None = None) -> None:
        super().__init__()
        self.error = error
        self.intent = intent


class Heard(Message, bubble=False):
    """Something has happened."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event
