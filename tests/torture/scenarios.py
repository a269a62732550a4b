"""What a store is doing when the power goes: one recording for each thing that it can do."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from civictui.storage.files import write_durably
from tests.torture.cuts import Judge, Recording, record_script
from tests.torture.recorder import LOOKS, Recorder
from tests.torture.steps import Subject, World, copied, new_world, script, worlds_of
from tests.torture.trials import calls_of, second_life

KINDS: Mapping[str, Mapping[str, int]] = {
    "anything": {
        "submit": 6, "draft": 5, "discard": 1, "batch": 2, "edit": 3, "acknowledge": 3,
        "refuse": 1, "sent": 2, "secret": 2, "local": 2, "compact": 1, "reopen": 1,
    },
    "inserts": {"draft": 3, "batch": 2, "secret": 1, "local": 1},
    "pictures": {"submit": 4, "sent": 3, "acknowledge": 2, "draft": 1},
    "compaction": {"compact": 3, "draft": 2, "batch": 1, "submit": 1, "reopen": 2},
    "closing": {"reopen": 3, "draft": 4, "local": 2},
}  # fmt: skip


def of_script(folder: Path, name: str, seed: int, patch: pytest.MonkeyPatch) -> Recording:
    """One of KINDS. Logs count as large at 1 kB, so that closing compacts them."""
    if name == "closing":
        patch.setattr("civictui.storage.tables.WORTHWHILE_BYTES", 1000)
    return record_script(folder, script(f"{name}/{seed}", 16, KINDS[name]))


def of_small_records(folder: Path, seed: int, patch: pytest.MonkeyPatch) -> Recording:
    """What spans many records, with records of a size at which that is soon so."""
    patch.setattr("civictui.storage.record.RECORD_BYTES", 600)
    kinds = {"batch": 3, "compact": 2, "submit": 1, "reopen": 1}
    return record_script(folder, script(f"small/{seed}", 10, kinds))


def of_recovery(folder: Path, seed: int) -> Recording:
    """A store with a damaged record is opened, which makes a new log; then it is used."""
    rng = random.Random(seed)
    steps = script(f"recovery/{seed}", 14, {"submit": 2, "draft": 3, "batch": 1, "local": 2})
    folder.mkdir(mode=0o700)
    subject = Subject.begin(folder)
    whole = (folder / "log.0").stat().st_size
    for step in steps:
        step.perform(subject)
    subject.close()
    log = bytearray((folder / "log.0").read_bytes())
    log[rng.randrange(whole, len(log) - 300)] ^= 0x10
    (folder / "log.0").write_bytes(log)

    more = script(f"more/{seed}", 4, {"draft": 1, "batch": 1})
    with Recorder(folder) as recorder:
        start = len(recorder.changes)
        subject = Subject(folder)
        mended = subject.world()
        recorder.acknowledge(1)
        worlds = [_with_locals_of(worlds_of(steps)[-1], mended), mended]
        for number, step in enumerate(more, 2):
            step.perform(subject)
            recorder.acknowledge(number)
            worlds.append(copied(worlds[-1]))
            step.expect(worlds[-1])
        subject.close()
    recorder.check()
    return Recording(recorder.changes, worlds, start, alarm=True)


def _with_locals_of(whole: World, mended: World) -> World:
    """Before it is mended a store still has its checkpoints; all else that is lost is lost."""
    return {**copied(mended), "locals": dict(whole["locals"])}


_LIFE = {
    "submit": 3, "draft": 2, "compact": 3, "reopen": 2, "batch": 1, "edit": 1, "acknowledge": 1,
    "sent": 1,
}  # fmt: skip


def of_second_life(folder: Path, seed: int) -> tuple[str, Recording]:
    """A process was killed before one of its calls, another goes on. Also a verdict on the kill."""
    rng = random.Random(seed)
    steps = script(f"life/{seed // 20}", 9, _LIFE)
    calls = calls_of(folder.with_name(f"{folder.name}.calls"), steps)
    changing = [at for at, call in enumerate(calls, 1) if call not in LOOKS]
    syncs = [at for at in changing if "sync" in calls[at - 1]]
    at = rng.choice(changing if rng.random() < 0.4 else syncs)  # before a sync is the worst moment
    return second_life(folder, steps, at, more=3)


def of_keyring(folder: Path) -> tuple[Recording, Judge]:
    """A keyring is exchanged, in both files: each is the old one or the new one, never a part."""
    folder.mkdir(mode=0o700)
    old, new = random.Random(1).randbytes(900), random.Random(2).randbytes(1400)
    paths = [folder / "keys", folder / "keys.copy"]
    for path in paths:
        write_durably(path, old)
    with Recorder(folder) as recorder:
        start = len(recorder.changes)
        for number, path in enumerate(paths, 1):
            write_durably(path, new)
            recorder.acknowledge(number)
    recorder.check()

    def judge(state: Path, steps: int, again: bool) -> str:
        found = [(state / path.name).read_bytes() for path in paths]
        wanted = [[new] if number < steps else [old, new] for number in range(2)]
        fits = all(content in allowed for content, allowed in zip(found, wanted, strict=True))
        return "" if fits else "lost: a keyring is neither the old one nor the new one"

    return Recording(recorder.changes, [new_world()], start), judge


Maker = Callable[[Path, int, pytest.MonkeyPatch], Recording]


def _scripted(name: str) -> Maker:
    return lambda folder, seed, patch: of_script(folder, name, seed, patch)


MAKERS: Mapping[str, Maker] = {
    **{name: _scripted(name) for name in KINDS},
    "small records": of_small_records,
    "recovery": lambda folder, seed, _: of_recovery(folder, seed),
}
