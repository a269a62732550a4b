"""Every way a password can fail, against a real gateway: nothing unsent is lost in any of them."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from civictui.domain.errors import (
    GatewayError,
    PepperMissing,
    Refused,
    SealedOtherwise,
    SignInRefused,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    Unreachable,
    WrongPassword,
)
from civictui.domain.events import Event, LockedSending, StoreIsOlder
from civictui.domain.model import Query, Rescued
from civictui.gateway import provisioning
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.service import new_draft
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent

NEW = "another pass of words"
PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"


async def unsent(terminal: Terminal) -> tuple[int, int]:
    found = await terminal.store.state.unsent()
    return found.reports, found.photos


async def worked_offline(terminal: Terminal, site: Site, count: int = 3) -> None:
    """Signed in once, then `count` reports with a photo, without a link; locked again."""
    await terminal.service.sign_in("demo", PASSWORD)
    await terminal.service.lock()
    site.stop()
    await terminal.service.sign_in("demo", PASSWORD)
    for number in range(count):
        photos = ((await terminal.service.take_photo(str(PHOTO))).photo,) if number == 0 else ()
        await terminal.service.submit(
            new_draft(terminal.clock, photos, description=f"Offline {number}")
        )
    await terminal.service.save_draft(new_draft(terminal.clock, description="A draft"))
    assert await unsent(terminal) == (count, 1)
    await terminal.service.lock()


async def refused(terminal: Terminal, password: str) -> SealedOtherwise:
    with pytest.raises(SealedOtherwise) as caught:
        await terminal.service.sign_in("demo", password)
    return caught.value


def damage_keyrings(folder: Path) -> None:
    for path in folder.rglob("keys*"):
        content = bytearray(path.read_bytes())
        content[60] ^= 1
        path.write_bytes(content)


async def held(terminal: Terminal) -> tuple[int, int]:
    """Reports and drafts in the open store."""
    return len(await terminal.store.reader.find(Query())), len(await terminal.store.reader.drafts())


# --- changed elsewhere, with unsent reports --------------------------------------------------


async def test_the_earlier_password_opens_and_the_new_one_is_sealed(
    one: Terminal, site: Site
) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    assert (await refused(one, NEW)).recoverable
    with pytest.raises(WrongPassword):
        await one.service.reseal("not the earlier one")
    signed = await one.service.reseal(PASSWORD)
    assert signed.online
    assert await held(one) == (3, 1)
    await one.service.lock()
    site.stop()
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", PASSWORD)
    await one.service.sign_in("demo", NEW)
    assert await held(one) == (3, 1)


async def test_a_forgotten_password_is_recovered_through_the_gateway(
    one: Terminal, site: Site
) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    signed = await one.service.recover()
    assert signed.online
    assert await held(one) == (3, 1)
    await one.service.lock()
    site.stop()
    await one.service.sign_in("demo", NEW)
    assert await held(one) == (3, 1)


async def test_a_store_set_aside_is_offered_and_taken_up_again(one: Terminal, site: Site) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    signed = await one.service.set_aside()
    assert signed.aside == 1
    assert await held(one) == (0, 0)
    await one.service.lock()
    signed = await one.service.sign_in("demo", NEW)
    assert signed.aside == 1, "it is offered at every sign-in"
    with pytest.raises(WrongPassword):
        await one.service.take_up("not the earlier one")
    assert await one.service.take_up(PASSWORD) == Rescued(reports=3, photos=1, drafts=1)
    assert await held(one) == (3, 1)
    await one.service.lock()
    assert (await one.service.sign_in("demo", NEW)).aside == 0
    with pytest.raises(StoreError):
        await one.service.take_up(PASSWORD)


async def test_a_store_set_aside_is_recovered_through_the_gateway(
    one: Terminal, site: Site
) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    await one.service.set_aside()
    with pytest.raises(SignInRefused):
        await one.service.take_up_recovered("not today's")
    assert (await one.service.take_up_recovered(NEW)).reports == 3
    assert await held(one) == (3, 1)


async def test_a_damaged_keyring_is_told_from_a_password_and_nothing_goes(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    await worked_offline(one, site)
    damage_keyrings(tmp_path / "one")
    with pytest.raises(StoreDamaged):
        await one.service.sign_in("demo", PASSWORD)
    before = {path: path.read_bytes() for path in (tmp_path / "one").rglob("log.*")}
    site.start()
    error = await refused(one, PASSWORD)
    assert error.damaged
    assert not error.recoverable
    with pytest.raises(StoreDamaged):
        await one.service.reseal(PASSWORD)
    await one.service.set_aside()
    assert await held(one) == (0, 0)
    kept = [path.read_bytes() for path in (tmp_path / "one").glob("u/*.aside.1/log.*")]
    assert set(before.values()) <= set(kept)


async def test_who_gives_up_leaves_everything_as_it_was(one: Terminal, site: Site) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    one.service.give_up()
    with pytest.raises(StoreError):
        await one.service.reseal(PASSWORD)
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    assert await held(one) == (3, 1)


async def test_a_full_disk_at_the_change_keeps_the_earlier_password(
    one: Terminal, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)

    def full(*_: object, **__: object) -> None:
        raise StoreFull("No room on the disk")

    with monkeypatch.context() as patch:
        patch.setattr("civictui.storage.keyring.write_durably", full)
        signed = await one.service.reseal(PASSWORD)
    assert "no room" in signed.notice
    assert await held(one) == (3, 1)
    await one.service.lock()
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    assert await held(one) == (3, 1)


# --- changed here ------------------------------------------------------------------------------


async def test_a_password_is_changed_at_the_gateway_and_here(one: Terminal, site: Site) -> None:
    await one.service.sign_in("demo", PASSWORD)
    with pytest.raises(SignInRefused):
        await one.service.change_password("wrong", NEW)
    with pytest.raises(Refused):
        await one.service.change_password(PASSWORD, "aaaaaaaaaaaaaaaa")
    assert await one.service.change_password(PASSWORD, NEW) == ""
    await one.service.submit(new_draft(one.clock, description="After the change"))
    await one.service.lock()
    with pytest.raises(SignInRefused):
        await one.service.sign_in("demo", PASSWORD)
    site.stop()
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", PASSWORD)
    await one.service.sign_in("demo", NEW)
    assert await held(one) == (1, 0)


async def test_without_a_link_a_password_is_not_changed(one: Terminal, site: Site) -> None:
    await one.service.sign_in("demo", PASSWORD)
    site.stop()
    with pytest.raises(Unreachable):
        await one.service.change_password(PASSWORD, NEW)
    await one.service.lock()
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", NEW)
    await one.service.sign_in("demo", PASSWORD)


@pytest.mark.parametrize("changed", [True, False])
async def test_when_the_answer_is_lost_the_gateway_is_asked_which_one_holds(
    one: Terminal, site: Site, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    _lose_the_answer(one, monkeypatch, changed)
    if changed:
        assert await one.service.change_password(PASSWORD, NEW) == ""
    else:  # the request may be under way still: both stay until a sign-in is confirmed
        with pytest.raises(Unreachable, match="not known"):
            await one.service.change_password(PASSWORD, NEW)
        await one.service.lock()
        await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    site.stop()
    right, wrong = (NEW, PASSWORD) if changed else (PASSWORD, NEW)
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", wrong)
    await one.service.sign_in("demo", right)


@pytest.mark.parametrize("changed", [True, False])
async def test_while_nobody_can_tell_both_passwords_open(
    one: Terminal, site: Site, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    _lose_the_answer(one, monkeypatch, changed, then=site.stop)
    with pytest.raises(Unreachable, match="not known"):
        await one.service.change_password(PASSWORD, NEW)
    await one.service.lock()
    for password in (PASSWORD, NEW):
        await one.service.sign_in("demo", password)
        await one.service.lock()
    site.start()
    right, wrong = (NEW, PASSWORD) if changed else (PASSWORD, NEW)
    await one.service.sign_in("demo", right)
    await one.service.lock()
    site.stop()
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", wrong)


def _lose_the_answer(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    changed: bool,
    then: Callable[[], object] = lambda: None,
) -> None:
    """The request for another password arrives, or not; its answer does not."""
    real = terminal.session.change_password

    async def lost(origin: str, user: str, current: str, new: str) -> None:
        if changed:
            await real(origin, user, current, new)
        then()
        raise Unreachable("The connection broke off")

    monkeypatch.setattr(terminal.session, "change_password", lost)


async def test_a_short_password_signs_in_and_is_told(one: Terminal, site: Site) -> None:
    provisioning.add_user(provisioning.open_folder(site.folder), "kim", "short", weak_allowed=True)
    assert "weak" in (await one.service.sign_in("kim", "short")).notice


async def test_signing_in_again_seals_the_open_store_with_the_new_password(
    one: Terminal, site: Site
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    site.change_password("demo", NEW)
    await one.service.sign_in_again(NEW)
    await one.service.lock()
    site.stop()
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", PASSWORD)
    await one.service.sign_in("demo", NEW)


# --- the pepper ----------------------------------------------------------------------------------


async def test_a_missing_medium_is_no_wrong_password(site: Site, tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.write_bytes(os.urandom(32).hex().encode())
    terminal = Terminal(tmp_path / "peppered", site.origin, pepper_file=str(medium))
    await terminal.service.sign_in("demo", PASSWORD)
    await terminal.service.lock()
    away = medium.rename(tmp_path / "away")
    for online in (True, False):
        if not online:
            site.stop()
        with pytest.raises(PepperMissing):
            await terminal.service.sign_in("demo", PASSWORD)
    medium.write_bytes(os.urandom(32).hex().encode())
    with pytest.raises(PepperMissing):
        await terminal.service.sign_in("demo", PASSWORD)
    away.replace(medium)
    with pytest.raises(WrongPassword):
        await terminal.service.sign_in("demo", NEW)
    await terminal.service.sign_in("demo", PASSWORD)
    await terminal.service.lock()


# --- the organisation's key ----------------------------------------------------------------------


async def test_another_gateway_key_is_said_and_its_recovery_key_not_taken(
    one: Terminal, site: Site
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    pinned = await one.store.secrets.get("gateway key")
    assert pinned
    await one.store.secrets.put("gateway key", "A" * 43)
    await one.service.lock()
    assert "another key" in (await one.service.sign_in("demo", PASSWORD)).notice


async def test_another_user_cannot_have_a_store_recovered(one: Terminal, site: Site) -> None:
    await one.service.sign_in("demo", PASSWORD)
    account = one.service.account
    await one.service.lock()
    recovery = await one.vault.begin_recovery(account)
    with pytest.raises(Refused):
        await one.session.recover(site.origin, "asha", PASSWORD, recovery)
    with pytest.raises(GatewayError):
        await one.vault.finish_recovery(recovery, {"e": "", "c": ""}, PASSWORD)


# --- several users, locking ----------------------------------------------------------------------


async def test_two_users_of_one_terminal_see_nothing_of_each_other(
    one: Terminal, site: Site
) -> None:
    site_stopped = new_draft(one.clock, description="Of demo", place="13.07, 77.78")
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    site.stop()
    await one.service.sign_in("demo", PASSWORD)
    photo = (await one.service.take_photo(str(PHOTO))).photo
    await one.service.submit(site_stopped)
    await one.service.lock()
    site.start()
    await one.service.sign_in("asha", PASSWORD)
    assert await held(one) == (0, 0)
    assert await one.service.picture(photo.large) is None
    assert await one.service.position() is None


async def test_a_locked_store_goes_on_sending_while_another_works(
    one: Terminal, site: Site
) -> None:
    heard: list[Event] = []
    one.service.listen(heard.append)
    await worked_offline(one, site)
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock(linger=True)
    assert one.service.user == ""
    assert one.service.lingering() == 4
    with pytest.raises(WrongPassword):
        await one.service.sign_in("demo", "wrong")
    assert one.service.lingering() == 4, "a wrong password ends nothing"
    site.start()
    await one.service.sign_in("asha", PASSWORD)
    one.service.let_linger()
    assert one.service.lingering() == 0
    assert isinstance(heard[-1], LockedSending) or LockedSending(0) in heard
    await one.service.lock()
    await one.service.sign_in("demo", PASSWORD)
    assert await unsent(one) == (0, 0)


async def test_who_comes_back_gets_the_store_that_lingers(one: Terminal, site: Site) -> None:
    await worked_offline(one, site)
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock(linger=True)
    await one.service.sign_in("demo", PASSWORD)
    assert one.service.lingering() == 0
    assert await unsent(one) == (3, 1)
    await one.service.lock(linger=True)
    await one.service.lock()
    assert not {thread.name for thread in threading.enumerate()} & {"sync", "store", "lingering"}


async def test_what_is_unsent_is_said_from_the_first_moment_on(one: Terminal, site: Site) -> None:
    await worked_offline(one, site)
    await one.service.sign_in("demo", PASSWORD)
    said = one.service.sync_state().unsent
    assert (said.reports, said.photos) == (3, 1)


async def test_with_nothing_to_send_locking_is_locking(one: Terminal, site: Site) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock(linger=True)
    assert one.service.lingering() == 0
    await one.service.sign_in("demo", PASSWORD)


async def test_a_store_of_another_process_is_busy(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    other = Terminal(tmp_path / "one", site.origin)
    with pytest.raises(StoreBusy):
        await other.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    await other.service.sign_in("demo", PASSWORD)
    await other.service.lock()


async def test_an_old_copy_of_a_store_is_told_at_the_next_sync(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    shutil.copytree(tmp_path / "one", tmp_path / "kept")
    heard: list[Event] = []
    one.service.listen(heard.append)
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    for number in range(4):  # what the gateway heard last may be one round old
        await one.service.submit(new_draft(one.clock, description=f"After the copy {number}"))
        await watch.until(lambda: all_sent(one))
    await one.service.lock()
    assert StoreIsOlder() not in heard
    shutil.rmtree(tmp_path / "one")
    (tmp_path / "kept").rename(tmp_path / "one")
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: StoreIsOlder() in heard)


async def test_a_store_set_aside_that_nobody_can_open_does_not_bar_the_next(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    await worked_offline(one, site)
    damage_keyrings(tmp_path / "one")
    site.start()
    await refused(one, PASSWORD)
    await one.service.set_aside()
    site.stop()
    await one.service.submit(new_draft(one.clock, description="In the second store"))
    await one.service.lock()
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    assert (await one.service.set_aside()).aside == 2
    assert (await one.service.take_up_recovered(NEW)).reports == 1


async def test_the_organisations_key_opens_what_was_set_aside(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    await worked_offline(one, site)
    site.start()
    site.change_password("demo", NEW)
    await refused(one, NEW)
    await one.service.set_aside()
    key = RecoveryKey(provisioning.open_folder(site.folder)).private()
    assert key is not None
    assert await one.vault.recover_aside_with_key(site.origin, "demo", key, NEW) == 1
    assert (await one.service.take_up(NEW)).reports == 3
    with pytest.raises(StoreError):
        await one.vault.recover_aside_with_key(site.origin, "demo", key, NEW)


async def test_the_organisations_key_opens_no_store_in_anothers_place(
    one: Terminal, site: Site, tmp_path: Path
) -> None:
    """Of two users of one Unix account, one has put the other's store where the own one was."""
    for user in ("demo", "asha"):
        await one.service.sign_in(user, PASSWORD)
        account = one.service.account
        await one.service.lock()
        if user == "demo":
            own = one.vault.device.place(account.gateway, user)
            shutil.rmtree(own)
    shutil.copytree(one.vault.device.place(account.gateway, "asha"), own)
    key = RecoveryKey(provisioning.open_folder(site.folder)).private()
    assert key is not None
    with pytest.raises(StoreDamaged, match="not this user's"):
        await one.vault.recover_with_key(site.origin, "demo", key, NEW)


async def test_the_recovery_key_is_kept_for_bundles_even_after_a_crash_between(
    one: Terminal, site: Site
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    kept = await one.store.secrets.get("recovery key")
    await one.store.secrets.put("recovery key", None)
    await one.service.lock()
    await one.service.sign_in("demo", PASSWORD)
    assert await one.store.secrets.get("recovery key") == kept
