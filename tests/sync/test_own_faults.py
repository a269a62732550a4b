"""An error of the program in the sync: it goes on, says so, and tells of it once."""

from typing import NoReturn

import pytest

from civictui.domain.events import OwnFault
from civictui.domain.model import SyncPhase
from civictui.sync.work import Work
from tests.site import PASSWORD, Terminal, Watch


async def test_a_fault_is_told_once_however_often_it_is_met(
    one: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[object] = []

    async def lose(*_: object) -> NoReturn:
        met.append(_)
        raise KeyError("secret")

    monkeypatch.setattr(Work, "_round", lose)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: len(met) > 2)
    state = await watch.until_phase(one, SyncPhase.WAITING)
    assert "error of its own (KeyError)" in state.reason
    [fault] = [event for event in watch.events if isinstance(event, OwnFault)]
    assert fault.crash.where == "sync"
    assert fault.crash.kind == "KeyError"
    assert "secret" not in str(fault.crash)
