"""The audit: what the server has lost is sent again, what nobody has is named."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import GatewayError, Refused, Unreachable
from civictui.domain.model import Audit, SyncPhase, Waiting
from civictui.net import Reply
from civictui.sync.gateway import Gateway
from civictui.sync.pictures.inventory import AT_ONCE, Inventory, in_words
from tests.conftest import MovableClock
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.pictures.test_transfers import terminal
from tests.sync.test_loop import submitted

__all__ = ["terminal"]


@pytest.fixture
async def gateway(site: Site, terminal: Terminal) -> AsyncIterator[Gateway]:
    """The client's side of the gateway, with a report and its photo sent."""
    grant = await terminal.session.sign_in(site.origin, "demo", PASSWORD)
    opened = await Gateway.connect(
        terminal.store,
        site.origin,
        grant.tokens,
        signer=terminal.signer,
        clock=terminal.clock,
        step=_nothing,
        arrived=_nothing,
    )
    await submitted(terminal, "With a photo", photo=True)
    await opened.work.run()
    yield opened
    await opened.close()


async def _nothing(_: Any) -> None:
    """Nobody looks."""


def lose(site: Site) -> int:
    """The gateway's disk loses all its pictures."""
    files = [path for path in (site.folder / "objects").glob("??/*") if path.is_file()]
    for path in files:
        path.unlink()
    return len(files)


async def test_nothing_is_missing_where_all_is_there(gateway: Gateway) -> None:
    assert await gateway.inventory.check(own=False) == Audit(checked=2)


async def test_what_the_server_lost_is_sent_again(
    site: Site, terminal: Terminal, gateway: Gateway
) -> None:
    assert lose(site) == 2
    audit = await gateway.inventory.check(own=True)
    assert (audit.checked, audit.missing, len(audit.queued), audit.lost) == (2, 2, 1, ())
    assert (await terminal.store.state.unsent()).photos == 1
    await gateway.work.run()
    assert (await terminal.store.state.unsent()).nothing
    assert (await gateway.inventory.check(own=False)).missing == 0
    assert "sent again" in in_words(audit)


async def test_what_nobody_has_is_named(
    site: Site, terminal: Terminal, gateway: Gateway, tmp_path: Path
) -> None:
    lose(site)
    for path in (tmp_path / "one").rglob("blob/??/*"):
        path.unlink()
    audit = await gateway.inventory.check(own=False)
    assert audit.queued == ()
    assert [entry.title for entry in audit.lost] == ["With a photo"]
    assert "“With a photo”" in in_words(audit)
    assert (await terminal.store.state.unsent()).nothing


async def test_the_loop_asks_once_a_day_and_heals_by_itself(site: Site, one: Terminal) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await submitted(one, "With a photo", photo=True)
    await watch.until(lambda: all_sent(one))
    await watch.until_phase(one, SyncPhase.IDLE)
    lose(site)
    await one.store.secrets.put("audited", "2020-01-01T00:00:00Z")
    one.service.sync_now()

    async def healed() -> bool:
        words = [note.words for note in await one.service.notes()]
        return any("sent again" in word for word in words) and await all_sent(one)

    await watch.until(healed)
    assert len(list((site.folder / "objects").glob("??/*"))) == 2


# --- servers of another kind ---------------------------------------------------------------------


class Answers:
    """A gateway that says the same to every question."""

    def __init__(self, reply: Reply) -> None:
        self.asked: list[list[str]] = []
        self._reply = reply

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        self.asked.append(options["json"]["keys"])
        return self._reply


class Names:
    """Of a store only what it names, and the secrets."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.healed: list[list[str]] = []
        self.values: dict[str, Any] = {}
        self.secrets = self.reader = self

    async def get(self, name: str) -> Any:
        return self.values.get(name)

    async def put(self, name: str, value: Any) -> None:
        self.values[name] = value

    async def rows(self, _: list[str]) -> list[Any]:
        return []

    async def named_objects(self, *, own: bool) -> list[str]:
        return self.keys

    async def heal(self, missing: list[str]) -> tuple[list[str], list[str]]:
        self.healed.append(missing)
        return [], []


def inventory(store: Names, server: Answers, clock: MovableClock) -> Inventory:
    return Inventory(store, server, clock)  # type: ignore[arg-type]  # no more of it is asked


def reply(body: bytes, status: int = 200) -> Reply:
    return Reply(status, {}, body)


async def test_a_server_that_does_not_know_the_question_is_not_asked_on(
    clock: MovableClock,
) -> None:
    store, server = Names([f"{n}.jpg" for n in range(3 * AT_ONCE)]), Answers(reply(b"{}", 405))
    assert await inventory(store, server, clock).check(own=False) == Audit(answered=False)
    assert len(server.asked) == 1
    assert store.healed == []


async def test_many_are_asked_for_in_parts_and_odd_names_never(clock: MovableClock) -> None:
    store = Names(["../x", "", *(f"{n}.jpg" for n in range(AT_ONCE + 1))])
    server = Answers(reply(b'{"missing": ["0.jpg", "other.jpg", 7]}'))
    audit = await inventory(store, server, clock).check(own=False)
    assert [len(keys) for keys in server.asked] == [AT_ONCE, 1]
    assert audit.checked == AT_ONCE + 1
    assert store.healed == [["0.jpg"]], "only what was asked for is believed"


@pytest.mark.parametrize(
    ("answer", "error"),
    [(reply(b"[]"), GatewayError), (reply(b"{}"), GatewayError), (reply(b"", 503), Refused)],
)
async def test_an_answer_that_is_none_heals_nothing(
    clock: MovableClock, answer: Reply, error: type[Exception]
) -> None:
    store = Names(["a.jpg"])
    with pytest.raises(error):
        await inventory(store, Answers(answer), clock).daily()
    assert store.healed == []
    assert store.values == {}, "it is asked again"


@pytest.mark.parametrize("answer", [reply(b"<html>Sign in"), reply(b"", 503), reply(b"[]")])
async def test_what_was_not_answered_is_not_asked_with_every_round(
    clock: MovableClock, answer: Reply
) -> None:
    store, server = Names(["a.jpg"]), Answers(answer)
    asking = inventory(store, server, clock)
    with pytest.raises(GatewayError) as raised:
        await asking.daily()
    assert not isinstance(raised.value, Unreachable), "the link is well"
    assert await asking.daily() is None
    clock.move(timedelta(hours=2).total_seconds())
    with pytest.raises(GatewayError):
        await asking.daily()
    assert len(server.asked) == 2


async def test_a_server_that_cannot_be_audited_is_synchronised_with(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is idle, and hears what is new."""

    async def broken(*_: Any, **options: Any) -> Audit:
        raise GatewayError("The gateway's answer cannot be read")

    monkeypatch.setattr(Inventory, "check", broken)
    one = Terminal(tmp_path / "one", site.origin)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    assert not any(state.reason for state in watch.states)
    await one.service.lock()


async def test_a_server_that_names_one_many_times_has_lost_it_once(clock: MovableClock) -> None:
    store = Names(["a.jpg", "b.jpg"])
    server = Answers(reply(b'{"missing": [' + b'"b.jpg",' * 1000 + b"null]}"))
    audit = await inventory(store, server, clock).check(own=True)
    assert (audit.checked, audit.missing) == (2, 1)
    assert store.healed == [["b.jpg"]]


async def test_what_was_found_before_the_link_broke_is_healed(clock: MovableClock) -> None:
    class Breaks(Answers):
        async def request(self, method: str, path: str, **options: Any) -> Reply:
            if self.asked:
                raise Unreachable("cut")
            return await super().request(method, path, **options)

    store = Names([f"{n}.jpg" for n in range(2 * AT_ONCE)])
    said = ",".join(f'"{n}.jpg"' for n in range(2 * AT_ONCE))
    asking = inventory(store, Breaks(reply(f'{{"missing": [{said}]}}'.encode())), clock)
    with pytest.raises(Unreachable):
        await asking.check(own=False)
    assert sum(map(len, store.healed)) == AT_ONCE
    assert max(map(len, store.healed)) < AT_ONCE, "a few at a time: others wait for the store"


async def test_once_a_day_and_again_where_the_clock_was_wrong(clock: MovableClock) -> None:
    store, server = Names(["a.jpg"]), Answers(reply(b'{"missing": []}'))
    asking = inventory(store, server, clock)
    assert await asking.daily()
    assert await asking.daily() is None
    clock.move(timedelta(hours=25).total_seconds())
    assert await asking.daily()
    clock.move(-timedelta(days=400).total_seconds())
    assert await asking.daily()
    assert len(server.asked) == 3


def test_words_for_many() -> None:
    lost = tuple(Waiting(id=str(n), title=f"T{n}") for n in range(5))
    assert in_words(Audit(queued=("a", "b"), lost=lost)) == (
        "the server had lost photos of 2 reports: sent again; photos of 5 reports are neither on "
        "the server nor here: “T0”; “T1”; “T2” and others"
    )
    assert in_words(Audit(checked=3)) == ""
