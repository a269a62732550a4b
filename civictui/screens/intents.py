"""What screens ask the app to do, and what the app tells them.

A change is an intent: it bubbles to the app and is carried out there, in a worker that outlives
the screen. The screen that asked gets `Done` or `Failed`. What the service tells comes to every
screen as `Heard`.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.message import Message
from textual.screen import Screen

from civictui.domain.errors import CivicError
from civictui.domain.events import Event

if TYPE_CHECKING:
    from civictui.domain.model import Draft
    from civictui.domain.ports import Service


class Intent(Message):
    """A change that `origin` asks for. Those of one group are carried out in turn."""

    group: ClassVar[str] = "write"

    def __init__(self, origin: Screen[Any]) -> None:
        super().__init__()
        self.origin = origin

    async def carry_out(self, service: "Service") -> object:
        """Do it. Raises CivicError."""
        raise NotImplementedError


class SignIn(Intent):
    """With `take_over`, another civictui that has the store open is asked to save and leave."""

    group = "sign-in"

    def __init__(
        self, origin: Screen[Any], user: str, password: str, *, take_over: bool = False
    ) -> None:
        super().__init__(origin)
        self._user = user
        self._password = password
        self._take_over = take_over

    async def carry_out(self, service: "Service") -> object:
        return await service.sign_in(self._user, self._password, take_over=self._take_over)


class WithPassword(Intent):
    """A change that needs a password typed for it."""

    group = "sign-in"

    def __init__(self, origin: Screen[Any], password: str) -> None:
        super().__init__(origin)
        self._password = password

    async def carry_out(self, service: "Service") -> object:
        raise NotImplementedError


class SignInAgain(WithPassword):
    """The same user's password once more; the store stays open."""

    async def carry_out(self, service: "Service") -> object:
        return await service.sign_in_again(self._password)


class Reseal(WithPassword):
    """The store opens with its earlier password, and from then on with today's."""

    async def carry_out(self, service: "Service") -> object:
        return await service.reseal(self._password)


class Recover(Intent):
    """The gateway opens the store with the organisation's key."""

    group = "sign-in"

    async def carry_out(self, service: "Service") -> object:
        return await service.recover()


class SetAside(Intent):
    """The store is kept under another name, and a new one is begun."""

    group = "sign-in"

    async def carry_out(self, service: "Service") -> object:
        return await service.set_aside()


class TakeUp(WithPassword):
    """What a store set aside holds comes back; it opens with its earlier password."""

    async def carry_out(self, service: "Service") -> object:
        return await service.take_up(self._password)


class TakeUpRecovered(WithPassword):
    """The same through the gateway, which wants today's password."""

    async def carry_out(self, service: "Service") -> object:
        return await service.take_up_recovered(self._password)


class ChangePassword(Intent):
    """At the gateway, and of the store."""

    group = "sign-in"

    def __init__(self, origin: Screen[Any], current: str, new: str) -> None:
        super().__init__(origin)
        self._current = current
        self._new = new

    async def carry_out(self, service: "Service") -> object:
        return await service.change_password(self._current, self._new)


class WorkOn(Intent):
    """From now on it is this draft that is being written; with "" it is none."""

    def __init__(self, origin: Screen[Any], draft_id: str) -> None:
        super().__init__(origin)
        self._draft_id = draft_id

    async def carry_out(self, service: "Service") -> object:
        await service.at_work_on(self._draft_id)
        return None


class DraftIntent(Intent):
    """A change that is about one draft."""

    def __init__(self, origin: Screen[Any], draft: "Draft") -> None:
        super().__init__(origin)
        self.draft = draft


class SubmitReport(DraftIntent):
    async def carry_out(self, service: "Service") -> object:
        return await service.submit(self.draft)


class SaveDraft(DraftIntent):
    async def carry_out(self, service: "Service") -> object:
        await service.save_draft(self.draft)
        return None


class DiscardDraft(DraftIntent):
    async def carry_out(self, service: "Service") -> object:
        await service.discard_draft(self.draft.id)
        return None


class SettingsChanged(Message):
    """There are other settings in force: the app has to do with some."""


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
