"""The keyring: both of its files, its slots, and whether somebody changed it."""

from collections.abc import Sequence
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.storage.checks.findings import Checkup
from civictui.storage.files import read_private
from civictui.storage.keyring import FILES, Keyring
from civictui.storage.slots import Cost, Locksmith

_REWRITE = "--repair writes it anew from the other one."
_CHANGE = "The next opening with the password makes a new keyring of the slot that fits."


def check_keyring(place: Path, key: bytearray, log_epoch: int, checkup: Checkup) -> None:
    """Look at both files. `log_epoch` is the latest keyring that the log was told of."""
    rings = [ring for name in FILES if (ring := _checked(place / name, key, checkup))]
    genuine = [ring for ring in rings if ring.is_genuine(key)]
    if not genuine:
        checkup.loss("keys", "no keyring here was written by the store's owner", _CHANGE)
        return
    newest = max(genuine, key=lambda ring: ring.epoch)
    if any(ring.epoch != newest.epoch for ring in genuine):
        checkup.fault("keys, keys.copy", "one is older than the other", _REWRITE)
    if newest.epoch < log_epoch:
        checkup.fault(
            "keys",
            "an earlier keyring was put back: an earlier password opens this store",
            _CHANGE,
        )
    _tell_slots(newest, checkup)


def check_cost(ring: Keyring, key: bytearray, smith: Locksmith, checkup: Checkup) -> None:
    """Compare what a try of the password costs with what this device could bear."""
    slot = smith.password_slot(ring.store, "measured", key)
    bearable = Cost(slot["m"], slot["t"], slot["p"])
    cheapest = min(ring.costs, default=bearable)
    if cheapest < bearable:
        checkup.note(
            "keys",
            f"the password costs {_words(cheapest)} a try; this device could bear"
            f" {_words(bearable)}",
            _CHANGE,
        )


def _checked(path: Path, key: bytearray, checkup: Checkup) -> Keyring | None:
    try:
        content = read_private(path)
        ring = Keyring.from_bytes(content)
    except FileNotFoundError:
        checkup.fault(path.name, "it is missing", _REWRITE)
        return None
    except StoreError as error:
        checkup.fault(path.name, str(error), _REWRITE)
        return None
    if not ring.is_genuine(key):
        checkup.fault(
            path.name, "it was changed by somebody who had not opened the store", _REWRITE
        )
    elif ring.to_bytes() != content:
        checkup.fault(path.name, "a bit of it was flipped, where that does no harm", _REWRITE)
    return ring


def _tell_slots(ring: Keyring, checkup: Checkup) -> None:
    passwords = [slot for slot in ring.slots if slot.get("type") == "password"]
    checkup.facts["keyring epoch"] = ring.epoch
    checkup.facts["password slots"] = ", ".join(
        f"{_words(cost)}{_pepper(slot)}" for cost, slot in zip(ring.costs, passwords, strict=True)
    )
    checkup.facts["recovery key"] = str(ring.recovery["kid"]) if ring.recovery else "none"
    if len(passwords) > 1:
        checkup.note(
            "keys",
            f"{len(passwords)} passwords open this store: a change of the password was not"
            " finished",
            "It is finished at the next sign-in with the gateway.",
        )


def _pepper(slot: object) -> str:
    return ", with pepper" if isinstance(slot, dict) and "pepper" in slot else ""


def _words(cost: Sequence[int]) -> str:
    memory, passes, lanes = cost
    return f"{memory // 1024} MiB x {passes} passes x {lanes} lanes"
