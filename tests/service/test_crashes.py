"""What the program itself did wrong is in the store of who met it, and nowhere else."""

import pytest

from civictui.domain.crash import Crash
from civictui.domain.errors import NotFound
from civictui.service.crashes import MOST
from tests.site import PASSWORD, Terminal


async def test_records_outlast_the_store_and_the_oldest_go(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    assert await one.service.crashes() == []
    met = [Crash.of(ValueError("secret"), f"1.{number}", "Login") for number in range(MOST + 3)]
    for crash in met:
        await one.service.keep_crash(crash)
    await one.service.lock()
    await one.service.sign_in("demo", PASSWORD)
    kept = await one.service.crashes()
    assert [crash.id for crash in kept] == [crash.id for crash in reversed(met[3:])]
    assert all(crash.at for crash in kept)
    assert "secret" not in str(kept)


async def test_one_is_found_however_its_id_was_written_down(one: Terminal) -> None:
    await one.service.sign_in("demo", PASSWORD)
    crash = Crash(id="A1B0-XYZ7", version="1", trace=("ValueError",), page=())
    await one.service.keep_crash(crash)
    for spelled in ("A1B0-XYZ7", "a1b0xyz7", "aibo-xyz7"):
        [found] = await one.service.crashes(spelled)
        assert found.id == crash.id
    with pytest.raises(NotFound):
        await one.service.crashes("0000-0000")
