"""What a person on the phone can tell the operator of this terminal."""

import civictui
from civictui.domain.model import read_time
from tests.played import PASSWORD, Played


async def test_it_is_told_also_where_all_else_is_barred(played: Played) -> None:
    played.asks(disabled=True)
    signed = await played.service.sign_in("asha", PASSWORD)
    assert signed.barred
    terminal = await played.service.terminal()
    assert terminal.version == civictui.__version__
    assert len(terminal.device) >= 8
    assert read_time(terminal.heard_at)
