"""What waits is delivered, whatever is killed and whoever is barred; the gateway knows the rest."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import civictui
from tests.e2e.processes import PASSWORD, Gateway, NewGateway, Terminal
from tests.e2e.test_life_cycle import ask, operate
from tests.faults.faults import PASS, Crossing, Fault, Instead, whole
from tests.faults.line import Line
from tests.faults.messages import Request
from tests.faults.proxy import FaultProxy

pytestmark = pytest.mark.e2e

WORDS = "Get the new one from the depot."
DISABLED = f'disabled_versions = ["{civictui.__version__}"]\ndisabled_message = "{WORDS}"\n'
STREET = Path(__file__).parent.parent / "data" / "photos" / "street"
PHOTOS = ("potbot-photo-1.jpg", "potbot-photo-4.jpg", "potbot-bath-photo-2.jpg")


@dataclass
class Deadly(Fault):
    """The program is killed with its request: before it has arrived, or before its answer."""

    process: asyncio.subprocess.Process
    served: bool

    async def meet(self, crossing: Crossing) -> None:
        if self.served:
            await whole(crossing)
        self.process.kill()
        crossing.end()


@dataclass
class Syncs:
    """`civictui sync` through a proxy, as often as it takes."""

    terminal: Terminal
    proxy: FaultProxy
    fault: Callable[[str], Fault] = lambda _: PASS
    """What a path meets."""
    seen: list[str] = field(default_factory=list)

    async def run(self, *, deadly_at: int = 0) -> tuple[int, Any]:
        """Its exit and what it printed; -9 where it was killed at its n-th request."""
        where = ("--server", self.proxy.origin, "--data-dir", str(self.terminal.folder))
        words = ("-m", "civictui", "sync", *where, "--user", "demo", "--password-stdin", "--json")
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=-1, stdout=-1, stderr=-3, env=dict(os.environ)
        )
        asked = 0

        def judge(request: Request) -> Fault:
            nonlocal asked
            asked += 1
            self.seen.append(f"{request.method} {request.path.partition('?')[0]}")
            if asked == deadly_at:
                return Deadly(process, bool(asked % 2))
            return self.fault(request.path)

        self.proxy.judge = judge
        printed, _ = await process.communicate(f"{PASSWORD}\n".encode())
        assert process.returncode is not None
        return process.returncode, json.loads(printed) if printed else None


async def test_a_disabled_version_delivers_its_photos_too_killed_at_any_request(
    new_gateway: NewGateway, one: Terminal
) -> None:
    gateway = new_gateway("gateway")
    one.sync(gateway)
    made = [one.new(description=f"Lamp {photo}", photo=str(STREET / photo)) for photo in PHOTOS]
    ask(gateway, DISABLED)
    proxy = FaultProxy(gateway.port, line=Line(2_000_000, 0.02))
    await proxy.start()
    try:
        syncs = Syncs(one, proxy)
        code, kills = -9, 0
        said: Any = None
        while code == -9:
            code, said = await syncs.run(deadly_at=3 + kills)
            kills += code == -9
    finally:
        await proxy.stop()
    assert kills > 5
    assert (code, said["unsent"], said["barred"]) == (22, 0, "version")
    assert said["barred_words"] == WORDS
    assert_all_is_there(gateway, made)
    assert not [asked for asked in syncs.seen if asked.startswith("GET") and "_local" not in asked
                and asked != "GET /v1/policy"]  # fmt: skip
    assert one.run("list").code == 22

    ask(gateway, "")
    one.sync(gateway)
    assert {report["_id"] for report in one.list()} >= set(made)


def assert_all_is_there(gateway: Gateway, made: list[str]) -> None:
    """Each report once, with both pictures of its photo; and the operator is told the truth."""
    reports = gateway.reports("asha")
    assert len([doc for doc in reports.values() if "Lamp" in str(doc)]) == len(made)
    with gateway.session("asha") as session:
        for key in made:
            (photo,) = reports[key]["photos"]
            for name in (photo["large"], photo["thumbnail"]):
                assert session.get(f"/v1/objects/{name}").status_code == 200
    gateway.stop()  # what it knows is on its disk then
    found = json.loads(operate(gateway, "devices", "--json"))
    (line,) = (entry for entry in found if entry["user"] == "demo")
    assert (line["state"], line["documents"], line["pictures"]) == ("in use", 3, 6)
    assert not any(line["holds"].values())
    gateway.start()


async def test_what_a_gateway_does_not_take_it_is_told_of(
    new_gateway: NewGateway, one: Terminal
) -> None:
    gateway = new_gateway("gateway")
    one.sync(gateway)
    one.new(description="Stays here")
    proxy = FaultProxy(gateway.port)
    await proxy.start()
    no = Instead(500, b'{"error": "x"}')
    try:
        syncs = Syncs(one, proxy, fault=lambda path: PASS if "/v1/" in path else no)
        code, _ = await syncs.run()
    finally:
        await proxy.stop()
    assert code
    (line,) = json.loads(operate(gateway, "devices", "--json"))
    assert line["holds"]["unsent_reports"] == 1
