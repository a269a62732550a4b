"""Figure 13: every way a password changes or fails, with 1 to 50 unsent reports: none is lost."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from civictui.domain.errors import CivicError, SealedOtherwise, StoreFull
from civictui.domain.model import Query
from civictui.gateway import provisioning
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.service import new_draft
from tests.site import PASSWORD, Site, Terminal
from tests.torture.counts import FULL

NEW = "another pass of words"
UNSENT = (1, 2, 3, 5, 8, 13, 21, 34, 50) if FULL else (1, 7)

Path13 = Callable[[Terminal, Site, pytest.MonkeyPatch], Awaitable[None]]


async def _changed_here(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.change_password(PASSWORD, NEW)


async def _changed_here_without_a_link(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    with pytest.raises(CivicError):
        await one.service.change_password(PASSWORD, NEW)


async def _earlier_known(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await _refused(one, site)
    await one.service.reseal(PASSWORD)


async def _earlier_forgotten(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await _refused(one, site)
    await one.service.recover()


async def _key_off_line(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await _refused(one, site)
    key = RecoveryKey(provisioning.open_folder(site.folder)).private()
    assert key is not None
    await (await one.vault.recover_with_key(site.origin, "demo", key, NEW)).close()
    await one.service.sign_in("demo", NEW)


async def _set_aside_and_taken_up(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await _refused(one, site)
    await one.service.set_aside()
    await one.service.take_up(PASSWORD)


async def _set_aside_and_recovered(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    await _refused(one, site)
    await one.service.set_aside()
    await one.service.take_up_recovered(NEW)


async def _wrong_password(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    site.stop()
    with pytest.raises(CivicError):
        await one.service.sign_in("demo", "no password of theirs")
    await one.service.sign_in("demo", PASSWORD)


async def _one_keyring_damaged(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    site.stop()
    for path in one.vault.device.folder.glob("u/*/keys"):
        path.write_bytes(b"damaged")
    await one.service.sign_in("demo", PASSWORD)


async def _both_keyrings_put_back(one: Terminal, site: Site, _: pytest.MonkeyPatch) -> None:
    """Damaged beyond help, set aside, and then found in a backup."""
    (place,) = one.vault.device.folder.glob("u/*")
    kept = {name: (place / name).read_bytes() for name in ("keys", "keys.copy")}
    for name in kept:
        (place / name).write_bytes(b"damaged")
    with pytest.raises(SealedOtherwise):
        await one.service.sign_in("demo", PASSWORD)
    await one.service.set_aside()
    (aside,) = one.vault.device.folder.glob("u/*.aside.1")
    for name, content in kept.items():
        (aside / name).write_bytes(content)
    await one.service.take_up(PASSWORD)


async def _full_disk(one: Terminal, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await _refused(one, site)

    def full(*_: object, **__: object) -> None:
        raise StoreFull("No room on the disk")

    with monkeypatch.context() as patch:
        patch.setattr("civictui.storage.keyring.write_durably", full)
        await one.service.reseal(PASSWORD)


async def _refused(one: Terminal, site: Site) -> None:
    site.change_password("demo", NEW)
    with pytest.raises(SealedOtherwise):
        await one.service.sign_in("demo", NEW)


PATHS: dict[str, Path13] = {
    "changed here": _changed_here,
    "changed here, no link": _changed_here_without_a_link,
    "changed elsewhere, known": _earlier_known,
    "changed elsewhere, forgotten": _earlier_forgotten,
    "recovery key off line": _key_off_line,
    "set aside, taken up": _set_aside_and_taken_up,
    "set aside, recovered": _set_aside_and_recovered,
    "wrong password": _wrong_password,
    "one keyring damaged": _one_keyring_damaged,
    "both keyrings damaged": _both_keyrings_put_back,
    "full disk": _full_disk,
}


@pytest.mark.torture
@pytest.mark.parametrize("name", list(PATHS))
@pytest.mark.parametrize("count", UNSENT)
async def test_no_path_loses_anything(
    one: Terminal, site: Site, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    for number in range(count):
        await one.service.submit(new_draft(one.clock, description=f"Unsent {number}"))
    await one.service.lock()
    site.start()
    stores = _stores(one)
    await PATHS[name](one, site, monkeypatch)
    assert len(await one.store.reader.find(Query())) == count
    assert stores <= _stores(one), "no store was destroyed"
    await one.service.lock()


def _stores(one: Terminal) -> set[bytes]:
    """What tells each store from all others, whatever its folder is called now."""
    logs = one.vault.device.folder.glob("u/*/log.*")
    return {_first(path) for path in logs}


def _first(path: Path) -> bytes:
    """The beginning of a log: random bytes that no other log has."""
    with path.open("rb") as file:
        return file.read(60)
