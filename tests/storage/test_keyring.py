"""The keyring: the right password opens, every other thing is told apart."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.codec import decode_object
from civictui.domain.errors import PepperMissing, StoreDamaged, WrongPassword
from civictui.domain.ports import RecoveryKey
from civictui.storage.envelope import open_from
from civictui.storage.keyring import Keyring, KeyringFiles
from civictui.storage.slots import COSTS, Cost, Locksmith

CHEAP = Locksmith(COSTS[-1:])


def made(password: str = "correct horse") -> tuple[Keyring, bytearray]:
    return Keyring.create(password, CHEAP)


def changed(keyring: Keyring, **fields: Any) -> Keyring:
    content = decode_object(keyring.to_bytes())
    slot = {**content["slots"][0], **fields}
    return replace(keyring, slots=(slot, *keyring.slots[1:]))


def test_the_password_opens_it_after_a_journey() -> None:
    keyring, key = made()
    assert Keyring.from_bytes(keyring.to_bytes()).unlock("correct horse", CHEAP) == key
    assert len(key) == 32


def test_a_wrong_password_is_said_as_such() -> None:
    keyring, _ = made()
    for wrong in ("correct horse ", "Correct horse", "", "correct\x00horse"):
        with pytest.raises(WrongPassword):
            keyring.unlock(wrong, CHEAP)


def test_a_password_is_the_same_however_it_is_composed() -> None:
    keyring, key = made("caf\u00e9-caf\u00e9-caf\u00e9")
    assert keyring.unlock("cafe\u0301-cafe\u0301-cafe\u0301", CHEAP) == key


@pytest.mark.parametrize("field", ["m", "t", "p"])
@pytest.mark.parametrize("value", [0, 1 << 30, -1, "64", None, 1.5, True])
def test_a_cost_outside_the_bounds_is_refused_before_it_is_paid(field: str, value: object) -> None:
    keyring, _ = made()
    if (field, value) == ("p", True):
        return  # one lane is the floor, and True is 1
    with pytest.raises(StoreDamaged):
        changed(keyring, **{field: value}).unlock("correct horse", CHEAP)


def test_a_cheaper_cost_within_the_bounds_is_noticed() -> None:
    keyring, _ = Keyring.create("correct horse", Locksmith((Cost(20 * 1024, 2, 1),)))
    with pytest.raises(WrongPassword):
        changed(keyring, m=19 * 1024).unlock("correct horse", CHEAP)


def test_a_slot_of_another_store_does_not_open() -> None:
    one, _ = made()
    two, _ = made()
    with pytest.raises(WrongPassword):
        replace(one, slots=two.slots).unlock("correct horse", CHEAP)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"v":1}', b'{"v":1,"store":"x","slots":[]}',
     b'{"v":2,"store":"AAAAAAAAAAAAAAAAAAAAAA==","slots":[]}',
     b'{"v":1,"store":"AAAA","slots":[]}', b'{"v":1,"store":5,"slots":[]}',
     b'{"v":1,"store":"AAAAAAAAAAAAAAAAAAAAAA==","slots":{}}',
     b'{"v":1,"store":"AAAAAAAAAAAAAAAAAAAAAA==","slots":[1]}'],
)  # fmt: skip
def test_what_is_no_keyring_is_refused(content: bytes) -> None:
    with pytest.raises(StoreDamaged):
        Keyring.from_bytes(content)


def test_a_keyring_without_a_password_slot_is_damaged_not_wrong() -> None:
    keyring = Keyring(bytes(16), ())
    with pytest.raises(StoreDamaged):
        keyring.unlock("correct horse", CHEAP)
    short = base64.b64encode(b"x").decode()
    with pytest.raises(StoreDamaged):
        changed(made()[0], salt=short).unlock("correct horse", CHEAP)


def test_a_slow_device_gets_a_cheaper_setting_and_never_below_the_floor() -> None:
    times = iter([0.0, 3.0, 3.0, 4.5, 4.5, 7.0])
    slow, _ = Keyring.create("correct horse", Locksmith(COSTS, monotonic=lambda: next(times)))
    assert (slow.slots[0]["m"], slow.slots[0]["t"], slow.slots[0]["p"]) == COSTS[-1]
    times = iter([0.0, 0.5])
    fast, _ = Keyring.create("correct horse", Locksmith(COSTS, monotonic=lambda: next(times)))
    assert fast.slots[0]["m"] == 64 * 1024


# --- several ways in -----------------------------------------------------------------------------

ORGANISATION = X25519PrivateKey.generate()
RECOVERY = RecoveryKey(
    "k1",
    base64.urlsafe_b64encode(ORGANISATION.public_key().public_bytes_raw()).decode().rstrip("="),
    "signature",
)


def test_a_second_password_opens_too_until_one_alone_is_kept() -> None:
    ring, key = made()
    both = ring.with_password("another horse", key, CHEAP)
    assert both.unlock("correct horse", CHEAP) == both.unlock("another horse", CHEAP) == key
    alone = both.with_only("another horse", key, CHEAP)
    assert alone.unlock("another horse", CHEAP) == key
    with pytest.raises(WrongPassword):
        alone.unlock("correct horse", CHEAP)
    assert (ring.epoch, both.epoch, alone.epoch) == (1, 2, 3)
    assert alone.with_only("another horse", key, CHEAP) is alone
    with pytest.raises(WrongPassword):
        both.with_only("no horse", key, CHEAP)


def test_changes_that_were_never_finished_do_not_pile_up() -> None:
    ring, key = made()
    for number in range(9):
        ring = ring.with_password(f"horse number {number}", key, CHEAP)
    assert len(ring.slots) == 3
    assert Keyring.from_bytes(ring.to_bytes()).unlock("horse number 8", CHEAP) == key


def test_the_organisations_key_opens_and_knows_whose_store_it_is() -> None:
    ring, key = made()
    ring = Keyring.from_bytes(ring.with_recovery(RECOVERY, "gw", "asha", key).to_bytes())
    assert ring.recovered(ORGANISATION.private_bytes_raw()).key == key
    assert ring.recovery is not None
    e, c = (base64.b64decode(ring.recovery[name]) for name in ("e", "c"))
    info, aad = b"civictui/recovery/v1", b"civictui/recovery/v1" + ring.store + b"k1"
    plain = open_from(ORGANISATION.private_bytes_raw(), e, c, info, aad)
    assert decode_object(bytes(plain[32:])) == {"gateway": "gw", "user": "asha"}
    with pytest.raises(StoreDamaged):
        ring.recovered(X25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(StoreDamaged):
        replace(ring, store=bytes(16)).recovered(ORGANISATION.private_bytes_raw())
    with pytest.raises(StoreDamaged):
        made()[0].recovered(ORGANISATION.private_bytes_raw())


def test_a_password_change_keeps_the_recovery_slot_and_a_new_key_replaces_it() -> None:
    ring, key = made()
    ring = ring.with_recovery(RECOVERY, "gw", "asha", key)
    ring = ring.with_password("new horse", key, CHEAP).with_only("new horse", key, CHEAP)
    assert ring.recovered(ORGANISATION.private_bytes_raw()).key == key
    ring = ring.with_recovery(replace(RECOVERY, kid="k2"), "gw", "asha", key)
    assert [slot.get("kid") for slot in ring.slots] == [None, "k2"]


def test_slots_that_were_exchanged_are_noticed_once_it_is_open() -> None:
    ring, key = made()
    full = ring.with_recovery(RECOVERY, "gw", "asha", key)
    assert full.is_genuine(key)
    assert not replace(full, slots=full.slots[:1]).is_genuine(key)
    assert not replace(full, epoch=9).is_genuine(key)
    assert not replace(full, mac=ring.mac).is_genuine(key)


def test_every_flipped_bit_of_the_file_is_noticed() -> None:
    ring, key = made()
    content = ring.with_recovery(RECOVERY, "gw", "asha", key).to_bytes()
    for bit in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(StoreDamaged):
            Keyring.from_bytes(bytes(flipped))


def test_a_pepper_is_needed_where_the_slot_names_one() -> None:
    peppered = Locksmith(COSTS[-1:], pepper=b"on another medium")
    ring, key = Keyring.create("correct horse", peppered)
    assert ring.unlock("correct horse", peppered) == key
    for smith in (CHEAP, Locksmith(COSTS[-1:], pepper=b"of another terminal")):
        with pytest.raises(PepperMissing):
            ring.unlock("correct horse", smith)
    with pytest.raises(WrongPassword):
        ring.unlock("wrong", peppered)
    plain, plain_key = made()
    assert plain.unlock("correct horse", peppered) == plain_key, "a slot from before it was set"


# --- the two files -------------------------------------------------------------------------------


def written(folder: Path, *rings: Keyring) -> KeyringFiles:
    for name, ring in zip(("keys", "keys.copy"), rings, strict=False):
        (folder / name).write_bytes(ring.to_bytes())
    return KeyringFiles(folder, CHEAP)


def test_between_the_two_writes_of_a_change_both_passwords_open(private: Path) -> None:
    old, key = made()
    new = old.with_password("new horse", key, CHEAP).with_only("new horse", key, CHEAP)
    files = written(private, new, old)
    assert files.unlock("new horse").ring == new
    assert files.unlock("correct horse").ring == new, "the newest is what both become"
    assert not files.mend(new)
    with pytest.raises(WrongPassword):
        files.unlock("correct horse")


def test_a_file_that_is_gone_or_damaged_is_written_anew(private: Path) -> None:
    ring, key = made()
    files = written(private, ring)
    assert files.unlock("correct horse").key == key
    assert files.mend(ring)
    (private / "keys").write_bytes(b"nonsense")
    assert files.unlock("correct horse").key == key
    assert files.mend(ring)
    assert (private / "keys").read_bytes() == (private / "keys.copy").read_bytes()


def test_a_keyring_that_others_changed_is_said_and_the_genuine_one_counts(private: Path) -> None:
    ring, key = made()
    forged = replace(ring, epoch=7)
    assert "changed by somebody" in written(private, forged, forged).unlock("correct horse").notice
    unlocked = written(private, forged, ring).unlock("correct horse")
    assert (unlocked.ring, unlocked.notice) == (ring, "")
    with pytest.raises(StoreDamaged):
        written(private, forged, forged).newest(key)


def test_foreign_slots_are_dropped_and_never_made_genuine(private: Path) -> None:
    """Who can write the file can put anything beside the slot that opens."""
    ring, key = made()
    full = ring.with_recovery(RECOVERY, "gw", "asha", key)
    for foreign in ({"type": "recovery"}, {"type": "recovery", "kid": "k1", "e": "", "c": ""}):
        forged = replace(full, slots=(*full.slots[:1], foreign))
        unlocked = written(private, forged, forged).unlock("correct horse")
        assert unlocked.key == key
        assert unlocked.ring.slots == full.slots[:1]
        assert unlocked.ring.is_genuine(key)
        assert unlocked.ring.epoch > forged.epoch
        assert unlocked.notice


def test_one_file_with_an_impossible_slot_does_not_bar_the_other(private: Path) -> None:
    ring, key = made()
    bad = changed(ring, m=1 << 30)
    assert written(private, bad, ring).unlock("correct horse").key == key
    with pytest.raises(WrongPassword):
        written(private, bad, ring).unlock("wrong")
    with pytest.raises(StoreDamaged):
        written(private, bad, bad).unlock("correct horse")


def flipped(ring: Keyring, at: bytes) -> bytes:
    """The file with one character changed behind the name of a field."""
    content = bytearray(ring.to_bytes())
    place = content.rindex(at) + len(at) + 8
    content[place] = ord("B") if content[place] != ord("B") else ord("C")
    return bytes(content)


@pytest.mark.parametrize("field", [b'"check":', b'"mac":', b'"kid":', b'"e":'])
def test_damage_beside_the_password_slot_costs_nothing(private: Path, field: bytes) -> None:
    ring, key = made()
    full = ring.with_recovery(RECOVERY, "gw", "asha", key)
    for name in ("keys", "keys.copy"):
        (private / name).write_bytes(flipped(full, field))
    files = KeyringFiles(private, CHEAP)
    unlocked = files.unlock("correct horse")
    assert unlocked.key == key
    assert unlocked.ring.is_genuine(key)
    assert files.mend(unlocked.ring), "that the files were damaged is said"
    for name in ("keys", "keys.copy"):
        (private / name).write_bytes(flipped(full, field))
    with pytest.raises(StoreDamaged):  # damaged, and so nothing is said of this password
        files.unlock("wrong")


def test_damage_in_the_password_slot_leaves_the_organisations_key(private: Path) -> None:
    ring, key = made()
    full = ring.with_recovery(RECOVERY, "gw", "asha", key)
    for name in ("keys", "keys.copy"):
        (private / name).write_bytes(flipped(full, b'"salt":'))
    files = KeyringFiles(private, CHEAP)
    with pytest.raises(StoreDamaged):
        files.unlock("correct horse")
    opened = files.with_recovery().recovered(ORGANISATION.private_bytes_raw())
    unlocked = files.recovered(opened.key)
    assert unlocked.ring.is_genuine(key)
    assert [slot["type"] for slot in unlocked.ring.slots] == ["recovery"]


def test_without_its_pepper_a_store_can_still_be_sealed_anew_by_who_has_the_key() -> None:
    ring, key = Keyring.create("correct horse", Locksmith(COSTS[-1:], pepper=b"lost"))
    anew = ring.with_password("new horse", key, CHEAP).with_only("new horse", key, CHEAP)
    assert anew.unlock("new horse", CHEAP) == key
