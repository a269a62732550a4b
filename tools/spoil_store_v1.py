"""Spoil copies of a version-1 store, a way a case, and say in a table what each must give.

A case is a folder with the files that differ from the good store, laid over it; `cases.json` says
which files are left out, whether the store opens (`opens`: "" or the error's name; `says`: words of
the error or the notice), and what the doctor `finds` ("place: what", the beginning of each).
"""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from civictui.codec import decode_object, encode
from civictui.storage.keyring import _check
from civictui.storage.recovery_slots import text_of

CHUNK = 64 * 1024 + 16


@dataclass
class Case:
    """What one case must give."""

    opens: str = ""
    says: str = ""
    finds: Sequence[str] = ()
    without: list[str] = field(default_factory=list)


class Spoiler:
    """Writes cases beside each other."""

    def __init__(self, root: Path, data: Path, place: Path) -> None:
        self.root = root
        self.data = data
        self.place = place
        self.cases: dict[str, Case] = {}

    def case(self, name: str, files: Mapping[Path, bytes | None], case: Case) -> None:
        """One case: the files as they are in it, None for one that is not there."""
        for path, content in files.items():
            relative = path.relative_to(self.data)
            if content is None:
                case.without.append(str(relative))
            else:
                target = self.root / name / relative
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        self.cases[name] = case

    def write(self) -> None:
        told = {name: vars(case) for name, case in self.cases.items()}
        (self.root / "cases.json").write_text(json.dumps(told, indent=1) + "\n")


def spoil(root: Path, good: Path, place: Path, both: bytes) -> None:
    """Write all cases. `both` is an earlier keyring of the store in `place`."""
    root.mkdir()
    spoiler = Spoiler(root, good / "data", place)
    spoil_keyring(spoiler, both)
    for part in (spoil_log, spoil_order, spoil_pictures, spoil_copies, spoil_device):
        part(spoiler)
    spoiler.write()
    spoil_bundle(root / "bundles", (good / "small.cvx").read_bytes())


# --- the keyring -----------------------------------------------------------------------------


def spoil_keyring(spoiler: Spoiler, both: bytes) -> None:
    keys, copy = spoiler.place / "keys", spoiler.place / "keys.copy"
    whole = keys.read_bytes()
    middle, said = flipped(whole, len(whole) // 2), "was damaged"
    kept = "what still opens was kept"
    damaged, missing = "The keyring is damaged", "The keyring of this store is missing"
    for name, files, case in (
        ("keys-flipped", {keys: middle}, Case(says=said, finds=[f"keys: {damaged}"])),
        ("keys-missing", {keys: None}, Case(says=said, finds=["keys: it is missing"])),
        ("copy-cut", {copy: whole[:100]}, Case(says=said, finds=["keys.copy: The keyring cannot"])),
        (
            "both-keyrings-flipped",
            {keys: middle, copy: middle},
            Case(says=kept),
        ),
        ("both-keyrings-missing", {keys: None, copy: None}, Case("StoreDamaged", missing)),
        ("keyring-put-back", {keys: both, copy: both}, Case(says="earlier", finds=[PUT_BACK])),
        ("keyring-change-cut-short", {copy: both}, Case(finds=["keys, keys.copy: one is older"])),
    ):
        spoiler.case(name, files, case)
    spoil_slots(spoiler, whole)


PUT_BACK = "keys: an earlier keyring was put back"


def spoil_slots(spoiler: Spoiler, whole: bytes) -> None:
    """Keyrings that somebody wrote who knows the format, but not the data key."""
    cost, salt = "names a cost that this program never uses", text_of(bytes(16))
    changes: tuple[tuple[str, Callable[[dict[str, Any]], object], Case], ...] = (
        ("of-version-2", lambda ring: ring.update(v=2), Case("StoreDamaged", "version 2")),
        ("too-cheap", lambda ring: first(ring).update(m=1024), Case("StoreDamaged", cost)),
        ("too-dear", lambda ring: first(ring).update(m=1 << 30), Case("StoreDamaged", cost)),
        (
            "other-salt",
            lambda ring: first(ring).update(salt=salt),
            Case("WrongPassword", "not open"),
        ),
        ("nine-slots", nine_slots, Case("StoreDamaged", "damaged")),
        (
            "slot-taken-out",
            lambda ring: ring["slots"].pop(),
            Case(says="changed by somebody", finds=["keys: no keyring here"]),
        ),
    )
    for name, change, case in changes:
        content = rewritten(whole, change)
        files = {spoiler.place / "keys": content, spoiler.place / "keys.copy": content}
        spoiler.case(f"keyring-{name}", files, case)


def nine_slots(ring: dict[str, Any]) -> None:
    ring["slots"] = [first(ring)] * 9


def first(ring: dict[str, Any]) -> dict[str, Any]:
    slot: dict[str, Any] = ring["slots"][0]
    return slot


def rewritten(keyring: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A keyring that somebody changed who knows the format but not the data key."""
    ring = decode_object(keyring)
    change(ring)
    ring["check"] = text_of(_check(ring))
    return encode(ring)


# --- the log ---------------------------------------------------------------------------------


def spoil_log(spoiler: Spoiler) -> None:
    (log,) = spoiler.place.glob("log.*")
    (other,) = (path for path in spoiler.data.rglob("log.0") if path.parent != spoiler.place)
    whole, name, strange = log.read_bytes(), log.name, other.read_bytes()
    parts, size = starts(whole), len(whole)
    last, begin, end = parts[-1], parts[2], parts[3]
    tail, unreadable = "the end is no record", "the store was damaged"

    def span(start: int, stop: int, what: str, says: str = "") -> Case:
        return Case(says=says, finds=[f"{name}, bytes {start} to {stop}: {what}"])

    said = "the store was damaged"
    for case, content, given in (
        ("tail-torn", whole + whole[-200:-50], span(size, size + 150, tail)),
        ("records-of-somebody-else", whole + strange, span(size, size + len(strange), tail)),
        ("last-record-flipped", flipped(whole, last + 40), span(last, size, tail)),
        ("record-flipped", flipped(whole, begin + 40), span(begin, end, "these", said)),
        ("length-flipped", flipped(whole, begin + 5), span(begin, end, "these", said)),
        ("empty", b"", Case(says=unreadable)),
        ("of-somebody-else", strange, Case(says=unreadable)),
        ("missing", None, Case(says="the store was damaged")),
    ):
        spoiler.case(f"log-{case}", {log: content}, given)


def spoil_order(spoiler: Spoiler) -> None:
    """Whole records, but not as they were written."""
    (log,) = spoiler.place.glob("log.*")
    whole, name = log.read_bytes(), log.name
    parts = records(whole)
    later = len(parts) - 3
    for case, changed, what in (
        ("log-record-taken-out", [*parts[:later], *parts[later + 1 :]], "records before it were"),
        ("log-record-put-in-again", [*parts, parts[later]], "an earlier record was put in again"),
        (
            "log-records-exchanged",
            [*parts[:later], parts[later + 1], parts[later], *parts[later + 2 :]],
            "records before it were",
        ),
    ):
        content = b"".join(changed)
        found = Case(says="the store was damaged", finds=[f"{name}, record ", what])
        spoiler.case(case, {log: content}, found)
    number = int(name.partition(".")[2])
    renamed = {log: None, log.with_name(f"log.{number + 1}"): whole}
    spoiler.case("log-of-another-generation", renamed, Case(says="the store was damaged"))


def starts(log: bytes) -> list[int]:
    found, position = [], 0
    while position < len(log):
        found.append(position)
        position += 28 + struct.unpack_from(">I", log, position + 4)[0]
    return found


def records(log: bytes) -> list[bytes]:
    ends = [*starts(log)[1:], len(log)]
    return [log[start:end] for start, end in zip(starts(log), ends, strict=True)]


# --- pictures, second copies, the device -------------------------------------------------------


def spoil_pictures(spoiler: Spoiler) -> None:
    files = sorted(spoiler.place.glob("blob/*/*"), key=lambda path: path.stat().st_size)
    small, large = files[0], files[-1]
    content, loss = large.read_bytes(), "a picture of the unsent report waiting is damaged"
    place = f"blob/{large.parent.name}/{large.name}: {loss}"
    for name, changed in (
        ("picture-flipped", flipped(content, 30_000)),
        ("picture-cut-at-a-chunk", content[: 20 + CHUNK]),
        ("picture-without-chunks", content[:20]),
        ("picture-under-another-name", small.read_bytes()),
    ):
        spoiler.case(name, {large: changed}, Case(finds=[place]))
    missing = Case(finds=["blob, ", "a picture of the unsent report waiting is missing"])
    spoiler.case("picture-missing", {large: None}, missing)


def spoil_copies(spoiler: Spoiler) -> None:
    first_copy, second_copy = sorted((spoiler.place / "outbox").iterdir())
    content = first_copy.read_bytes()
    cannot = Case(finds=[f"outbox/{first_copy.name}: a second copy cannot be opened"])
    spoiler.case("second-copy-flipped", {first_copy: flipped(content, 60)}, cannot)
    other = Case(finds=[f"outbox/{first_copy.name}: a second copy cannot be opened"])
    spoiler.case("second-copy-under-another-name", {first_copy: second_copy.read_bytes()}, other)
    missing = Case(finds=["outbox, ", "its second copy is missing"])
    spoiler.case("second-copy-missing", {first_copy: None}, missing)


def spoil_device(spoiler: Spoiler) -> None:
    device, copy = spoiler.data / "device.json", spoiler.data / "device.copy"
    whole, lost = device.read_bytes(), "nobody's store can be found"
    key = whole.index(b'"key"') + 20
    for name, files, case in (
        ("flipped", {device: flipped(whole, key)}, Case(finds=["device.json: it is damaged"])),
        ("copy-missing", {copy: None}, Case(finds=["device.copy: it is missing"])),
        (
            "both-cut",
            {device: whole[:50], copy: whole[:50]},
            Case("StoreDamaged", lost, ["device.json: it is damaged: no store"]),
        ),
        (
            "both-missing",
            {device: None, copy: None},
            Case("StoreDamaged", lost, ["device.copy: it is missing: no store"]),
        ),
    ):
        spoiler.case(f"device-{name}", files, case)


def spoil_bundle(folder: Path, whole: bytes) -> None:
    """Bundles that must be refused, and with which words."""
    folder.mkdir()
    start = 8 + int.from_bytes(whole[4:8], "big")
    header = decode_object(whole[8:start])
    damaged, table = ["StoreDamaged", "damaged or incomplete"], {}

    def with_header(changed: dict[str, Any]) -> bytes:
        content = encode(changed)
        return whole[:4] + len(content).to_bytes(4, "big") + content + whole[start:]

    for name, content, given in (
        ("cut", whole[:-1], damaged),
        ("cut-in-the-header", whole[: start - 9], damaged),
        ("flipped", flipped(whole, start + 20), damaged),
        ("longer", whole + b"x", damaged),
        ("slot-taken-out", with_header({**header, "slots": header["slots"][:1]}), damaged),
        ("of-version-2", with_header({**header, "v": 2}), ["StoreDamaged", "version 2"]),
        ("no-bundle", b"\x89PNG" + whole[4:], ["UsageError", "no bundle"]),
    ):
        (folder / f"{name}.cvx").write_bytes(content)
        table[name] = given
    (folder.parent / "bundles.json").write_text(json.dumps(table, indent=1) + "\n")


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0x10
    return bytes(changed)
