"""A link that is paid for: large photos wait for the depot, on the command line."""

from pathlib import Path

import pytest

from tests.e2e.processes import NewGateway, Terminal

pytestmark = pytest.mark.e2e


def test_photos_wait_for_the_depot_and_a_wish_without_a_link_is_kept(
    new_gateway: NewGateway, one: Terminal, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIVICTUI_PHOTOS", "depot")
    gateway = new_gateway("gateway")
    one.sync(gateway)
    one.new(description="Leak at the hydrant", photo=str(photo))
    order = ("sync", "--server", gateway.server)
    waits = one.run(*order)
    assert waits.code == 1
    assert "1 photo waits for the depot" in waits.err
    assert (waits.json["pictures_sent"], waits.json["unsent"], waits.json["resting"]) == (1, 1, 1)
    gateway.stop()
    assert one.run(*order, "--photos").code == 11
    gateway.start()
    sent = one.sync(gateway)
    assert (sent["pictures_sent"], sent["unsent"]) == (1, 0)
    one.new(description="Another", photo=str(photo))
    assert one.run(*order).code == 1, "what comes later waits again"
