"""Rounds between a SQL table and the city's database: the one Replicator, both ways."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from civictui.domain.model import Doc, now_text
from civictui.domain.ports import Endpoint
from civictui.sync.ancestry import replication_id
from civictui.sync.checkpoint import Checkpoint
from civictui.sync.replicator import Batch, Replicator

if TYPE_CHECKING:
    from civictui.sql.endpoint import SqlEndpoint

_REFUSED = "civictui-refused"
"""The log that says which documents the city did not take: they are offered again each time."""


@dataclass(slots=True)
class Done:
    """What a round did: revisions by way, and by row or document what could not be done."""

    to_table: int = 0
    to_city: int = 0
    contested: int = 0
    problems: dict[str, str] = field(default_factory=dict)


async def one_round(table: "SqlEndpoint", city: Endpoint, *, all_gone: bool = False) -> Done:
    """Look at the table, then bring each side what it lacks.

    May be broken off anywhere: what is done is done as a whole, and the next round goes on.
    """
    done = Done()
    here, there = (await table.info()).identity, (await city.info()).identity
    log = Checkpoint(
        city, table, replication_id(there, here), secrets.token_hex(8), table.stamp, _now
    )
    since = await log.read()
    if log.rolled_back:
        since = 0
        await table.came_back()
    await table.look(all_gone=all_gone)
    work = Replicator(city, table, _ignore, log)
    work.since = since
    done.to_table = await work.run()
    refused: dict[str, str] = {}
    done.to_city = await _push(table, city, replication_id(here, there), refused)
    done.contested = await table.contested()
    done.problems = {**table.problems, **refused}
    return done


async def _push(table: "SqlEndpoint", city: Endpoint, name: str, refused: dict[str, str]) -> int:
    """With all that was refused before: from the beginning, where there was such a thing."""

    async def note(batch: Batch) -> None:
        refused.update({f.id: f"refused: {f.reason or f.error}" for f in batch.failures})
        if batch.failures:  # before the checkpoint passes them
            await table.put_local(_REFUSED, {"ids": sorted(refused)})

    log = Checkpoint(table, city, name, secrets.token_hex(8), _nowhere, _now)
    work = Replicator(table, city, note, log)
    since = await log.read()
    before = (await table.get_local(_REFUSED) or {}).get("ids")
    work.since = 0 if before else since
    written = await work.run()
    if before and not refused:
        await table.put_local(_REFUSED, {"ids": []})
    return written


def told(done: Done) -> Mapping[str, object]:
    """As `--json` prints it."""
    return {
        "to_table": done.to_table,
        "to_city": done.to_city,
        "contested": done.contested,
        "problems": done.problems,
    }


async def _ignore(_: Batch) -> None:
    """What could not be stored is among the table's problems."""


async def _nowhere() -> Doc:
    """Where the city stands is its own affair."""
    return {"generation": 0, "sequence": 0, "tag": ""}


def _now() -> str:
    return now_text(datetime.now(UTC))
