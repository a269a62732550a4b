"""Known answers of the standards: what the store is built of does what they say."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from civictui.domain.errors import StoreDamaged
from civictui.storage.envelope import (
    DeviceSigner,
    argon2id,
    derive,
    is_signed,
    open_from,
    open_sealed,
    seal_to,
)
from civictui.storage.slots import COSTS

ours = bytes.fromhex


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


# --- Argon2id ----------------------------------------------------------------------------------


def test_argon2id_of_rfc_9106() -> None:
    """RFC 9106, section 5.3: the library, for its associated data is nothing that we use."""
    kdf = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    )
    assert kdf.derive(b"\x01" * 32) == ours(
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    )


def test_argon2id_as_we_call_it() -> None:
    """From the tests of the reference implementation (phc-winner-argon2, src/test.c)."""
    assert argon2id("password", b"somesalt", 65536, 2, 1) == ours(
        "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
    )


def test_a_password_counts_in_nfc_and_a_pepper_changes_everything() -> None:
    composed, apart = "Z\u00fcrich", "Zu\u0308rich"
    salt, cost = bytes(16), COSTS[-1]
    assert argon2id(composed, salt, *cost) == argon2id(apart, salt, *cost)
    assert argon2id(composed, salt, *cost, secret=b"p") != argon2id(composed, salt, *cost)


# --- HKDF --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "salt", "info", "expected"),
    [
        (
            b"\x0b" * 22,
            bytes(range(13)),
            bytes(range(0xF0, 0xFA)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(range(0x50)),
            bytes(range(0x60, 0xB0)),
            bytes(range(0xB0, 0x100)),
            (
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                "cc30c58179ec3e87c14c01d5c1f3434f1d87"
            ),
        ),
        (
            b"\x0b" * 22,
            b"",
            b"",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_hkdf_of_rfc_5869(key: bytes, salt: bytes, info: bytes, expected: str) -> None:
    """RFC 5869, appendix A, cases 1 to 3."""
    assert derive(key, salt, info, len(ours(expected))) == ours(expected)


# --- AES-256-GCM -------------------------------------------------------------------------------

KEY_15 = "feffe9928665731c6d6a8f9467308308" * 2
TEXT_15 = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
SEALED_15 = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)


@pytest.mark.parametrize(
    ("key", "nonce", "plain", "aad", "sealed", "tag"),
    [
        # McGrew and Viega, The Galois/Counter Mode of Operation (NIST submission), cases 13 to 16
        ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        (
            "00" * 32,
            "00" * 12,
            "00" * 16,
            "",
            "cea7403d4d606b6e074ec5d3baf39d18",
            "d0d1c8a799996bf0265b98b5d48ab919",
        ),
        (
            KEY_15,
            "cafebabefacedbaddecaf888",
            TEXT_15,
            "",
            SEALED_15,
            "b094dac5d93471bdec1a502270e3cc6c",
        ),
        (
            KEY_15,
            "cafebabefacedbaddecaf888",
            TEXT_15[:120],
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            SEALED_15[:120],
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
        # NIST CAVP, gcmEncryptExtIV256.rsp: 96-bit IV, 128-bit tag, first count of two sections
        (
            "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
            "516c33929df5a3284ff463d7",
            "",
            "",
            "",
            "bdc1ac884d332457a1d2664f168c76f0",
        ),
        (
            "31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
            "0d18e06c7c725ac9e362e1ce",
            "2db5168e932556f8089a0622981d017d",
            "",
            "fa4362189661d163fcd6a56d8bf0405a",
            "d636ac1bbedd5cc3ee727dc2ab4a9489",
        ),
    ],
)
def test_gcm_of_nist(key: str, nonce: str, plain: str, aad: str, sealed: str, tag: str) -> None:
    found = ours(nonce + sealed + tag)
    assert AESGCM(ours(key)).encrypt(ours(nonce), ours(plain), ours(aad)) == found[12:]
    assert open_sealed(ours(key), found, ours(aad)) == ours(plain)
    for place in (12, len(found) - 1):
        changed = bytearray(found)
        changed[place] ^= 1
        with pytest.raises(StoreDamaged):
            open_sealed(ours(key), bytes(changed), ours(aad))


# --- X25519 and Ed25519 ------------------------------------------------------------------------

ALICE = ours("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
BOB = ours("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
ALICE_PUBLIC = ours("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
BOB_PUBLIC = ours("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")


def test_x25519_of_rfc_7748() -> None:
    """RFC 7748, section 6.1; and what we make of the shared secret."""
    shared = ours("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    for private, own, other in ((ALICE, ALICE_PUBLIC, BOB_PUBLIC), (BOB, BOB_PUBLIC, ALICE_PUBLIC)):
        key = X25519PrivateKey.from_private_bytes(private)
        assert key.public_key().public_bytes_raw() == own
        assert key.exchange(X25519PublicKey.from_public_bytes(other)) == shared
    nonce, sealing = bytes(12), derive(shared, ALICE_PUBLIC + BOB_PUBLIC, b"info")
    sealed = nonce + AESGCM(sealing).encrypt(nonce, b"plain", b"aad")
    assert open_from(BOB, ALICE_PUBLIC, sealed, b"info", b"aad") == b"plain"
    e, c = seal_to(BOB_PUBLIC, b"plain", b"info", b"aad")
    assert open_from(BOB, e, c, b"info", b"aad") == b"plain"


@pytest.mark.parametrize(
    ("private", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
)
def test_ed25519_of_rfc_8032(private: str, public: str, message: str, signature: str) -> None:
    """RFC 8032, section 7.1, tests 1 and 2."""
    assert DeviceSigner().sign(text(ours(private)), ours(message)) == text(ours(signature))
    assert is_signed(text(ours(public)), text(ours(signature)), ours(message))
    assert not is_signed(text(ours(public)), text(ours(signature)), ours(message) + b"x")
