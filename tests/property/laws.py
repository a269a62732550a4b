"""What must hold after every step of a history, and what at its end."""

from collections.abc import Mapping
from typing import Any

from civictui.domain.merge import MERGED_INTO
from civictui.domain.model import Doc, Report
from civictui.domain.ports import Change
from tests.property.server import EVERYTHING
from tests.property.terminal import Terminal
from tests.property.world import Broken, World

State = dict[str, tuple[tuple[str, ...], bool, Any]]
"""By document: its leaves, whether it is deleted, and the version in force."""


async def all_sent_is_true(world: World) -> None:
    """Who says that all is sent has no revision that the gateway lacks."""
    for number, terminal in enumerate(world.terminals):
        if not world.has_forgotten and await terminal.device.all_sent():
            missing = await world.server.missing({k: sorted(v) for k, v in terminal.made.items()})
            if missing:
                raise Broken(
                    f"terminal {number} says that all is sent; the gateway lacks {missing}"
                )
            for key in await terminal.shown(terminal.photographed):
                doc = await terminal.store.reader.document(key)
                if lacking := await _pictures_are_there(world, doc):
                    raise Broken(f"terminal {number} says that all is sent; no photo {lacking}")


async def _pictures_are_there(world: World, doc: Doc) -> str:
    """The key of a picture of a report that the gateway lacks, or ""."""
    for photo in Report.from_doc(doc).photos:
        for key in (photo.large, photo.thumbnail):
            if not await world.server.has(key):
                return key
    return ""


async def converge(world: World) -> State:
    """Sync all of them until nothing changes any more; the state that they then all have."""
    before: list[object] = []
    for _ in range(3 * len(world.terminals) + 3):
        for terminal in world.terminals:
            await terminal.device.hang_up()  # a picture that was not there yet is asked for anew
            await terminal.sync()
            await _give_in(world, terminal)
        server = await _at_the_gateway(world)
        states = [await _local(world, terminal) for terminal in world.terminals]
        wanted = [await terminal.store.state.wanted_thumbnails() for terminal in world.terminals]
        if [server, states, wanted] == before:
            break
        before = [server, states, wanted]
    else:
        raise Broken("it does not come to rest")
    for number, state in enumerate(states):
        if state != server:
            raise Broken(f"terminal {number} differs: {_differences(state, server)}")
    return server


async def _give_in(world: World, terminal: Terminal) -> None:
    """Take back a deletion that the gateway refuses: one person keeps what another lets go.

    Whoever settles that a document goes may do so as long as its author has it withdrawn; where
    somebody was faster and settled that it stays, only the author may still delete it.
    """
    for waiting in await terminal.store.state.waiting():
        if waiting.reason:
            leaves = [leaf for leaf in await terminal.leaves(waiting.id) if leaf.get("_deleted")]
            withdrawn = {leaf.get("withdrawnBy") for leaf in leaves}
            if "Only its author" not in waiting.reason or terminal.device.user not in withdrawn:
                raise Broken(f"the gateway refused {waiting}")
            await terminal.store.writer.discard_unsent(waiting.id)
            for leaf in await terminal.leaves(waiting.id):
                world.deeds.facts.replaced(waiting.id, {}, {} if leaf.get("_deleted") else leaf)
            terminal.made.pop(waiting.id, None)


async def at_the_end(world: World, state: State) -> None:
    for key, (_, deleted, doc) in state.items():
        if not deleted and (lacking := await _pictures_are_there(world, doc)):
            raise Broken(f"the gateway lacks a photo of {key}: {lacking}")
    for number, terminal in enumerate(world.terminals):
        if not await terminal.device.all_sent():
            raise Broken(f"terminal {number} has something unsent")
        if await terminal.store.merge():
            raise Broken(f"terminal {number} had something to merge")
        if wanted := await terminal.store.state.wanted_thumbnails():
            raise Broken(f"terminal {number} lacks thumbnails: {wanted}")
    if lost := world.deeds.facts.documents - world.deeds.facts.discarded - state.keys():
        raise Broken(f"documents are gone: {lost}")
    for key in state:
        await _nothing_is_lost(world, state, key)


async def _nothing_is_lost(world: World, state: State, key: str) -> None:
    """Every value that a person wrote is in force, was replaced knowingly, or can be seen."""
    _, deleted, doc = state[key]
    ends: list[Doc | None] = [None if deleted else doc]
    for number, terminal in enumerate(world.terminals):
        conflict = await terminal.store.reader.conflict(key)
        if (conflict is not None) != (key in await terminal.store.reader.conflicts()):
            raise Broken(f"terminal {number} does not know whether {key} has a conflict")
        if conflict is None and await _living(terminal, key) > 1:
            raise Broken(f"terminal {number} hides a conflict of {key}")
        seen = ends
        if conflict is not None:
            leaves = await terminal.leaves(key)
            seen = ends + [None if leaf.get("_deleted") else leaf for leaf in leaves if _asks(leaf)]
        for lost in world.deeds.facts.open_ends(key, seen):
            raise Broken(f"terminal {number} lost {lost}")


def _asks(leaf: Doc) -> bool:
    """Whether this version is one of those that a person is asked about, one pair at a time."""
    return not leaf.get("_deleted") or MERGED_INTO not in leaf


async def _living(terminal: Terminal, key: str) -> int:
    return sum(not leaf.get("_deleted") for leaf in await terminal.leaves(key))


async def _at_the_gateway(world: World) -> State:
    rows = (await world.server.changes()).rows
    return {row.id: (row.revs, row.deleted, row.doc) for row in rows}


async def _local(world: World, terminal: Terminal) -> State:
    """Without tombstones that a gateway which was put back has never seen: they end nothing."""
    endpoint = terminal.store.endpoint
    rows = (await endpoint.changes(0, limit=EVERYTHING, include_docs=True)).rows
    missing = await world.server.missing({row.id: row.revs for row in rows})
    needless = missing if world.has_forgotten else {}
    return {row.id: (await _without(terminal, row, needless), row.deleted, row.doc) for row in rows}


async def _without(terminal: Terminal, row: Change, missing: Mapping[str, Any]) -> tuple[str, ...]:
    if row.id not in missing:
        return tuple(row.revs)
    gone = {leaf["_rev"] for leaf in await terminal.leaves(row.id) if leaf.get("_deleted")}
    return tuple(rev for rev in row.revs if rev not in gone)


def _differences(one: State, other: State) -> dict[str, Any]:
    keys = one.keys() | other.keys()
    return {k: (one.get(k), other.get(k)) for k in sorted(keys) if one.get(k) != other.get(k)}
