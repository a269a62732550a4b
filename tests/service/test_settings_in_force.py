"""Settings that are changed while the service lives: the server, and what the terminal has."""

from pathlib import Path

import pytest

from civictui.domain.errors import StoreMissing
from civictui.domain.model import GeoPoint, SyncPhase
from civictui.service import new_draft
from civictui.service.means import Means, PhotoSources
from tests.site import PASSWORD, Site, Terminal


async def test_another_server_is_asked_from_the_next_sign_in_on(tmp_path: Path, site: Site) -> None:
    terminal = Terminal(tmp_path / "new", "")
    with pytest.raises(StoreMissing):
        await terminal.service.sign_in("asha", PASSWORD)
    terminal.service.use_server(await terminal.service.look_at(site.origin))
    signed = await terminal.service.sign_in("asha", PASSWORD)
    assert signed.online
    terminal.service.use_server("")
    assert terminal.service.account.origin == site.origin
    await terminal.service.lock()


async def test_without_any_server_what_is_unsent_is_said(one: Terminal) -> None:
    """Nothing is sent; "nothing to send" would be a lie."""
    service = one.service
    await service.sign_in("asha", PASSWORD)
    service.pause_sync()
    await service.submit(
        new_draft(one.clock, description="Lamp out", category="lamp", place="1.5, 2.5")
    )
    await one.store.secrets.put("origin", "")
    await service.lock()
    service.use_server("")
    signed = await service.sign_in("asha", PASSWORD)
    assert not signed.online
    state = service.sync_state()
    assert (state.phase, state.reason) == (SyncPhase.OFFLINE, "no server is set")
    assert state.unsent.reports == 1
    await service.submit(
        new_draft(one.clock, description="One more", category="lamp", place="1.5, 2.5")
    )
    assert service.sync_state().unsent.reports == 2


async def test_other_means_are_in_use_at_once(one: Terminal, tmp_path: Path) -> None:
    await one.service.sign_in("asha", PASSWORD)
    here = GeoPoint(37.77, -122.41)
    photo = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "new.jpg").write_bytes(photo.read_bytes())
    one.service.use_means(Means(photos=PhotoSources(str(tmp_path / "inbox"))), here, 60.0)
    assert await one.service.position() == here
    assert (await one.service.take_newest()).name == "new.jpg"
