"""The keyring: the right password opens, every other thing is told apart."""

import base64
from typing import Any

import pytest

from civictui.codec import decode_object, encode
from civictui.domain.errors import StoreDamaged, WrongPassword
from civictui.storage.keyring import COSTS, Cost, Keyring

CHEAP = (COSTS[-1],)


def made(password: str = "correct horse") -> tuple[Keyring, bytearray]:
    return Keyring.create(password, CHEAP)


def changed(keyring: Keyring, **fields: Any) -> Keyring:
    content = decode_object(keyring.to_bytes())
    content["slots"][0].update(fields)
    return Keyring.from_bytes(encode(content))


def test_the_password_opens_it_after_a_journey() -> None:
    keyring, key = made()
    assert Keyring.from_bytes(keyring.to_bytes()).unlock("correct horse") == key
    assert len(key) == 32


def test_a_wrong_password_is_said_as_such() -> None:
    keyring, _ = made()
    for wrong in ("correct horse ", "Correct horse", "", "correct\x00horse"):
        with pytest.raises(WrongPassword):
            keyring.unlock(wrong)


def test_a_password_is_the_same_however_it_is_composed() -> None:
    keyring, key = made("caf\u00e9-caf\u00e9-caf\u00e9")
    assert keyring.unlock("cafe\u0301-cafe\u0301-cafe\u0301") == key


@pytest.mark.parametrize("field", ["m", "t", "p"])
@pytest.mark.parametrize("value", [0, 1 << 30, -1, "64", None, 1.5, True])
def test_a_cost_outside_the_bounds_is_refused_before_it_is_paid(field: str, value: object) -> None:
    keyring, _ = made()
    if (field, value) == ("p", True):
        return  # one lane is the floor, and True is 1
    with pytest.raises(StoreDamaged):
        changed(keyring, **{field: value}).unlock("correct horse")


def test_a_cheaper_cost_within_the_bounds_is_noticed() -> None:
    keyring, _ = Keyring.create("correct horse", (Cost(20 * 1024, 2, 1),))
    with pytest.raises(WrongPassword):
        changed(keyring, m=19 * 1024).unlock("correct horse")


def test_a_slot_of_another_store_does_not_open() -> None:
    one, _ = made()
    two, _ = made()
    with pytest.raises(WrongPassword):
        Keyring(one.store, two.slots).unlock("correct horse")


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
        keyring.unlock("correct horse")
    short = base64.b64encode(b"x").decode()
    with pytest.raises(StoreDamaged):
        changed(made()[0], salt=short).unlock("correct horse")


def test_a_slow_device_gets_a_cheaper_setting_and_never_below_the_floor() -> None:
    times = iter([0.0, 3.0, 3.0, 4.5, 4.5, 7.0])
    slow, _ = Keyring.create("correct horse", COSTS, lambda: next(times))
    assert (slow.slots[0]["m"], slow.slots[0]["t"], slow.slots[0]["p"]) == COSTS[-1]
    times = iter([0.0, 0.5])
    fast, _ = Keyring.create("correct horse", COSTS, lambda: next(times))
    assert fast.slots[0]["m"] == 64 * 1024
