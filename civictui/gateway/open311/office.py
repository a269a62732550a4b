"""What the routes of Open311 work with: one for each gateway that offers it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast
from weakref import WeakValueDictionary

from starlette.requests import Request

from civictui.domain.ids import new_id
from civictui.domain.model import Doc, Photo, is_report
from civictui.domain.model.values import text_of
from civictui.domain.ports import Picture
from civictui.gateway.accounts.tokens import hashed
from civictui.gateway.backends import Backends
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311 import media
from civictui.gateway.open311.again import Repeats
from civictui.gateway.open311.asking import Fields, RequestQuery, single
from civictui.gateway.open311.form import Form, form_of, query_of
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.open311.offer import Offer
from civictui.gateway.open311.pace import Pace
from civictui.gateway.open311.places import Desk, Places, Turns
from civictui.gateway.open311.posting import first_revision, report_in, service_in
from civictui.gateway.open311.register import Register
from civictui.gateway.open311.sending import Sending
from civictui.gateway.open311.telling import Coding, Told, request_told
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer

_AT_ONCE = 16
"""Documents that are read in one turn; each may have a megabyte."""
_PAGES_AT_ONCE = 2
_STRANGERS = ""
"""Of whom nobody knows yet whether they have a key. No account is called so."""


class Office:
    """Belongs to the event loop."""

    def __init__(self, offer: Offer, folder: GatewayFolder, backends: Backends) -> None:
        self.offer = offer
        self._keys = ApiKeys(folder)
        self._repeats = Repeats(folder)
        self._pace = Pace(offer.a_minute, backends.clock)
        self._backends = backends
        self._register = Register(backends.database)
        self._pages = Places(_PAGES_AT_ONCE)
        self.sending = Sending()
        self._desks: WeakValueDictionary[str, Desk] = WeakValueDictionary()
        """By account; that of strangers besides."""
        self._taking = Turns()
        """By the id that a report will have."""
        self._storing = Turns()
        """By account: equal pictures of one sender would be one upload."""
        self._decoding = asyncio.Lock()
        """A picture at a time, so that nobody's form waits for all of another's."""

    async def coding(self) -> Coding:
        """The categories as they are now. Raises Problem 503."""
        return await self._register.catch_up()

    async def sender(self, fields: Fields) -> Viewer:
        """Whom the api_key stands for, as he is now: one request more of this key.

        Raises Problem 403, 429, 503.
        """
        viewer = await self._known(fields)
        self._pace.count(hashed(single(fields, "api_key")))
        return viewer

    async def _known(self, fields: Fields) -> Viewer:
        key = single(fields, "api_key")
        user = await self._backends.thread.run(self._keys.user_of, key) if key else None
        viewer = await self._backends.sessions.viewer(user) if user else None
        if viewer is None:
            raise Problem(403, "forbidden", "The api_key is missing, or it is none (any more).")
        return viewer

    async def reader(self, fields: Fields) -> str | None:
        """Whose reports may be read: None is everybody's. Raises Problem 403, 429, 503."""
        return None if self.offer.public else (await self.sender(fields)).user

    @asynccontextmanager
    async def form(self, request: Request) -> AsyncIterator[tuple[Form, Viewer]]:
        """What is posted, with the fields of the query, and whose it is.

        Where the key stands in the query it is judged before the form is read, and waits for no
        stranger's. Its memory is bounded for the length of `with`. Raises Problem.
        """
        query = query_of(request)
        known = await self.sender(query) if single(query, "api_key") else None
        desk = self._desks.setdefault(known.user if known else _STRANGERS, Desk())
        judged = self._known if known else self.sender  # a request counts once
        async with desk.forms.one(), form_of(request, desk.long) as form:
            for name, values in query.items():
                form.add(name, *values)
            yield form, await judged(form.fields)

    async def requests(self, query: RequestQuery, author: str | None) -> list[Told]:
        """The requests of one page. Raises Problem 503."""
        async with self._pages.one():
            found = await self._register.find(query, author)
            told: list[Told] = []
            for first in range(0, len(found), _AT_ONCE):
                told += await self._told(found[first : first + _AT_ONCE], author)
            return told

    async def take(self, form: Form, sender: Viewer, key: str = "") -> str:
        """Make a report of a form, durably; returns its id. Raises Problem.

        `key` is that of a request which may come again, see `again`: then it is the same report.
        """
        if not key:
            return await self._take(form, sender, new_id(self._backends.clock.now()))
        name = self._repeats.name(key, sender.user, form)
        async with self._taking.of(name):
            if await self._backends.database.leaves(name):  # a withdrawn one was taken, too
                return name
            return await self._take(form, sender, name)

    # --- inside ------------------------------------------------------------------------------

    async def _take(self, form: Form, sender: Viewer, name: str) -> str:
        coding = await self.coding()
        service = service_in(form.fields, coding.services)
        now = self._backends.clock.now()
        report = report_in(form.fields, service, name, sender.user, now)
        doc = first_revision(report, await self._photos(form, sender))
        for failure in await self._backends.database.bulk_docs([doc], sender):
            raise Problem(400, failure.error, failure.reason)
        return name

    async def _photos(self, form: Form, sender: Viewer) -> tuple[Photo, ...]:
        """None is stored before all are known to be pictures: a form that is refused leaves none.

        Raises Problem 415, 429, 503.
        """
        if not form.pictures:
            return ()
        async with self._storing.of(sender.user):
            made = [await self._decoded(content) for content in form.pictures]
            stored = [await media.store(picture, self._backends, sender) for picture in made]
        return tuple(dict.fromkeys(stored))

    async def _decoded(self, content: bytes) -> Picture:
        async with self._decoding:
            rules = self._backends.policy.current()
            return await media.decoded(content, rules.photo_bytes, rules.thumbnail_bytes)

    async def _told(self, keys: Sequence[str], author: str | None) -> list[Told]:
        """Those that are there still, and are the author's still."""
        docs = await self._winners(keys)
        standing = {key: self._register.standing(key) for key in docs}
        notes = await self._notes([said.update for said in standing.values() if said.update])
        return [
            request_told(
                doc,
                self._register.coding,
                standing[key].status,
                standing[key].at,
                notes.get(standing[key].update, ""),
            )
            for key, doc in docs.items()
            if is_report(doc) and author in (None, doc.get("reportedBy"))
        ]

    async def _notes(self, updates: Sequence[str]) -> Mapping[str, str]:
        """By the id of an update, its words; nothing where they are not to be told."""
        if not self.offer.notes:
            return {}
        return {
            key: text_of(doc.get("text")) for key, doc in (await self._winners(updates)).items()
        }

    async def _winners(self, keys: Sequence[str]) -> dict[str, Doc]:
        if not keys:
            return {}
        found = await self._backends.database.bulk_get([(key, None) for key in keys])
        pairs = zip(keys, found, strict=True)
        return {key: doc for key, doc in pairs if doc is not None and not doc.get("_deleted")}


def office_of(request: Request) -> Office:
    return cast(Office, request.app.state.open311)
