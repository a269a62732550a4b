"""200 clients that synchronise at once with a gateway of 5,000 reports: `civictui serve` itself.

Every client has a socket and a session of its own and asks what the program asks; the requests were
noted from rounds of the program with this same gateway. In each turn all begin at one moment, when
the last has ended the turn before. Whatever is answered otherwise than the program expects ends the
benchmark. The bare round trip is that of /livez, by the same clients, in turn with the others.

In no figure: the making of the reports, and the sign-ins (ten users with twenty devices each, whose
passwords are hashed at next to no cost: at the real one the gateway hears one after the other).
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from _crowd import Client, at_once, crowd
from _process import Process
from _real import identity
from _rounds import Asked
from _script import Script, script_of
from _servers import PASSWORD, USER, documents, serving, signed_in
from _stores import unsynced

from civictui.codec import decode_object
from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP

CLIENTS, REPORTS, TURNS = 200, 5_000, 10
USERS = [USER, *(f"technician-{number}" for number in range(1, 10))]
ALIVE = Asked("GET", "/livez", {}, 200)


@dataclass
class Times:
    """Seconds of every client in every turn, by what it did."""

    first: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    anew: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)


async def load(origin: str, script: Script) -> Times:
    times = Times()
    async with crowd(origin, CLIENTS + 1, USERS, PASSWORD) as (writer, *clients):
        pulling = asyncio.ensure_future(at_once(clients, partial(pull, script.first)))
        while not pulling.done():
            times.beside += await at_once([writer], partial(walk, script.again))
        times.first += await pulling
        for _ in range(TURNS):
            times.bare += await at_once(clients, partial(walk, [ALIVE]))
            times.again += await at_once(clients, partial(walk, script.again))
            times.anew += await at_once(clients, partial(walk, script.anew))
        since = script.since
        for number in range(TURNS):
            took, since = await news(clients, script.held(since), writer, number)
            times.news += took
    return times


async def walk(script: Sequence[Asked], client: Client) -> None:
    """Ask one request after the other."""
    for asked in script:
        await client.ask(asked)


async def pull(script: Sequence[Asked], client: Client) -> None:
    """A synchronisation into an empty store; every row is counted."""
    rows = 0
    for asked in script:
        answer = await client.ask(asked)
        if "since" in asked.params:
            rows += answer.count(b'"seq":')
    assert rows == REPORTS, rows


async def news(
    clients: Sequence[Client], held: Asked, writer: Client, number: int
) -> tuple[list[float], str]:
    """All are held, then one more client writes; how long until each knew, and the new `since`."""
    for client in clients:
        await client.begin(held)  # its head is answered when it waits
    began = time.perf_counter()

    async def hear(client: Client) -> tuple[float, str]:
        page = decode_object(await client.answer(held))
        assert [row["id"] for row in page["results"]] == [identity(REPORTS + number)]
        return time.perf_counter() - began, str(page["last_seq"])

    heard = asyncio.gather(*map(hear, clients))
    await writer.ask(written(number))
    told = await heard
    return [took for took, _ in told], told[0][1]


def written(number: int) -> Asked:
    """A new report of the first user."""
    body: Doc = {"type": "report", "reportedBy": USER, "problemDescription": f"Lamp {number} out"}
    doc = {"_id": identity(REPORTS + number), "_rev": next_revision(None, False, body), **body}
    return Asked("POST", "/db/civic/_bulk_docs", {"json": {"new_edits": False, "docs": [doc]}}, 201)


def main() -> None:
    with TemporaryDirectory() as name:
        folder = provisioning.open_folder(Path(name) / "gateway")
        for user in USERS:
            provisioning.add_user(folder, user, PASSWORD, cost=CHEAP)
        with unsynced():
            assert not provisioning.load(folder, documents()[:REPORTS], {})
        with serving(Path(name) / "gateway") as (origin, pid):
            gateway = Process(pid)
            at_first = gateway.megabytes
            script = script_of(Path(name) / "store", signed_in(origin))
            used, own = gateway.seconds, time.process_time()
            times = asyncio.run(load(origin, script))
            used, own = gateway.seconds - used, time.process_time() - own
            tell(times)
            print(
                f"  memory {at_first:.0f} MB at first, {gateway.megabytes:.0f} at the end, ", end=""
            )
            print(f"{gateway.peak:.0f} at the peak")
            print(f"  processor: the gateway {used:.0f} s, all clients together {own:.0f} s")


def tell(times: Times) -> None:
    requests = f"{CLIENTS} clients at once, {REPORTS:,} reports, no error"
    bare, again, anew = (_p95(taken) for taken in (times.bare, times.again, times.anew))
    print(f"{requests}: p50 and p95 of each")
    print(f"  the bare round trip: {_told(times.bare)}")
    print(f"  no change, session goes on: {_told(times.again)}; to the bare {again / bare:.1f}")
    print(f"  no change, new session: {_told(times.anew)}; to the bare {anew / bare:.1f}")
    print(f"  news to all who wait: {_told(times.news)}")
    print(f"  first pull of all: {_told(times.first)}")
    print(f"  no change, of one more beside these: {_told(times.beside)}")


def _told(seconds: Sequence[float]) -> str:
    return f"{_part(seconds, 0.5) * 1000:.0f} and {_p95(seconds) * 1000:.0f} ms"


def _p95(seconds: Sequence[float]) -> float:
    return _part(seconds, 0.95)


def _part(seconds: Sequence[float], part: float) -> float:
    return sorted(seconds)[int(len(seconds) * part)]


if __name__ == "__main__":
    main()
