"""Rules of the link, and the audit, on the command line with a real gateway."""

from pathlib import Path

import pytest

from tests.e2e.processes import Gateway, NewGateway, Terminal


def test_photos_wait_for_the_depot_until_somebody_says_so(
    gateway: Gateway, one: Terminal, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIVICTUI_PHOTOS", "depot")
    one.sync(gateway)
    key = one.new(description="Lamp out", photo=str(photo))
    answer = one.run("sync", "--server", gateway.server)
    assert answer.json["pushed"] == 1, "its text goes, and its thumbnail"
    assert (answer.json["unsent"], answer.json["resting"]) == (1, 1)
    assert "1 photo waits for the depot" in answer.err
    assert key in gateway.reports()
    document = next(doc for doc in one.list("--limit", "1") if doc["_id"] == key)
    assert document["_sync"] == "queued", "it is not called sent"
    answer = one.run("sync", "--server", gateway.server, "--photos")
    assert (answer.code, answer.json["unsent"], answer.err) == (0, 0, "")


def test_an_audit_sends_again_what_the_server_has_lost(
    new_gateway: NewGateway, one: Terminal, photo: Path
) -> None:
    gateway = new_gateway("own")
    one.sync(gateway)
    key = one.new(description="Lamp out", photo=str(photo))
    one.sync(gateway)
    large = one.run("show", key).json["picture"]["large"]
    objects = [path for path in gateway.folder.rglob("objects/??/*") if path.is_file()]
    assert objects
    for path in objects:
        path.unlink()
    answer = one.run("sync", "--server", gateway.server, "--audit", "--pictures", "0")
    assert key in answer.json["audit"]["queued"]
    assert answer.json["unsent"] == 0
    with gateway.session() as session:
        assert session.get(f"/v1/objects/{large}").status_code == 200
