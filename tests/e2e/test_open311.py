"""A city's portal and a technician: what is posted by Open311 is seen, closed, and told as that."""

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.e2e.processes import PROGRAM, Gateway, NewGateway, Terminal
from tests.gateway.open311.city import ROOT
from tests.gateway.peer import picture

pytestmark = pytest.mark.e2e

OPTIONS = ("--open311", "--open311-public", "--open311-notes")
PLACE = {"lat": "37.7652", "long": "-122.4212"}


@dataclass
class Portal:
    """Whoever posts, with a key of the account demo."""

    gateway: Gateway
    key: str
    code: str = ""
    """Of a service that asks nothing."""
    taken: dict[str, str] = field(default_factory=dict)
    """By the Idempotency-Key of a request, the id that it was answered with."""

    def ask(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self.gateway.server}{ROOT}/{path}", params=query, trust_env=False)
        return answer.json() if answer.status_code == 200 else answer.status_code

    def post(self, words: str, photo: bytes = b"", again: str = "") -> str:
        answer = httpx.post(
            f"{self.gateway.server}{ROOT}/requests.json",
            data={"api_key": self.key, "service_code": self.code, "description": words, **PLACE},
            files={"media": ("a.jpg", photo)},
            headers={"Idempotency-Key": again} if again else {},
            trust_env=False,
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        self.taken[again] = str(answer.json()[0]["service_request_id"])
        return self.taken[again]


@pytest.fixture
def portal(new_gateway: NewGateway) -> Portal:
    gateway = new_gateway("city")
    gateway.stop()
    folder = f"--data-dir={gateway.folder / 'gateway'}"
    made = subprocess.run(
        [*PROGRAM, "serve", "add-key", "demo", folder], capture_output=True, text=True, check=True
    )
    gateway.command = ["serve", folder, *OPTIONS]
    found = Portal(gateway.start(), made.stdout.strip())
    found.code = next(s["service_code"] for s in found.ask("services.json") if not s["metadata"])
    return found


def test_a_technician_sees_a_posted_request_and_closes_it(
    portal: Portal, two: Terminal, tmp_path: Path
) -> None:
    name = portal.post("The lamp is out", picture(1, 400))
    two.sync(portal.gateway)
    (row,) = [row for row in two.list("--limit", "1000") if row["_id"] == name]
    assert row["problemDescription"] == "The lamp is out"
    shown = two.run("show", name, "--picture", str(tmp_path / "lamp.jpg"))
    assert shown.code == 0, shown.err
    with Image.open(tmp_path / "lamp.jpg") as seen:
        assert seen.size == (400, 400)
    assert portal.ask(f"requests/{name}.json")[0]["status"] == "open"

    assert two.run("remark", name, "--status", "fixed", "--text", "A new bulb").code == 0
    two.sync(portal.gateway)
    (said,) = portal.ask(f"requests/{name}.json")
    assert (said["status"], said["status_notes"]) == ("closed", "A new bulb")
    assert name in {r["service_request_id"] for r in portal.ask("requests.json", status="closed")}
    assert name not in {r["service_request_id"] for r in portal.ask("requests.json", status="open")}


def test_kills_in_the_middle_of_posts_lose_nothing_and_double_nothing(portal: Portal) -> None:
    """Each is sent until it is answered; and what is answered is there with its picture."""
    before = set(portal.gateway.reports())
    names = [f"request-{number}" for number in range(24)]
    for kill in (True, True, True, False):
        left = [name for name in names if name not in portal.taken]
        with ThreadPoolExecutor(4) as clients:
            posts = [clients.submit(send, portal, name) for name in left]
            if kill:
                wait(posts[:3])
                portal.gateway.stop(kill=True)
        if kill:
            portal.gateway.start()
    found = {k: doc for k, doc in portal.gateway.reports().items() if k not in before}
    assert sorted(doc["problemDescription"] for doc in found.values()) == sorted(names)
    assert {name: found[key]["problemDescription"] for name, key in portal.taken.items()} == {
        name: name for name in names
    }
    with portal.gateway.session() as session:
        for doc in found.values():
            (photo,) = doc["photos"]
            for key in (photo["large"], photo["thumbnail"]):
                content = session.get(f"/v1/objects/{key}").raise_for_status().content
                assert f"{hashlib.sha256(content).hexdigest()}.jpg" == key


def send(portal: Portal, name: str) -> None:
    """Once; whether it was answered is in `taken`."""
    with suppress(httpx.TransportError):
        portal.post(name, picture(int(name.rpartition("-")[2]), 200), again=name)
