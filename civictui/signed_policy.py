"""The policy as it travels and is sealed: a text and the gateway's signature of it.

The text is signed as it is, so that nobody has to agree on how JSON is spelled. It says for which
gateway, user and device it is: one that was given to somebody else counts for nobody here.
"""

from collections.abc import Mapping
from typing import Any, Final

from civictui.codec import BadJson, decode_object
from civictui.domain.model import NO_POLICY, Policy
from civictui.domain.ports import SignedPolicy, Signer

PURPOSE: Final = "civictui/policy/v1"
MOST_BYTES: Final = 64 * 1024
"""The longest text that is read."""


def message_of(text: str) -> bytes:
    """The bytes that are signed."""
    return f"{PURPOSE}\n{text}".encode()


def read_signed(
    said: object, *, key: str, whose: Mapping[str, str], signer: Signer
) -> SignedPolicy | None:
    """The `policy` of an answer, where it is signed by `key` and for `whose`; else None.

    `whose` has "gateway", "user" and "device".
    """
    text = said.get("text") if isinstance(said, dict) else None
    signature = said.get("signature") if isinstance(said, dict) else None
    if not isinstance(text, str) or not isinstance(signature, str):
        return None
    if len(text) > MOST_BYTES or not signer.is_signed(key, message_of(text), signature):
        return None
    try:
        doc = decode_object(text)
    except BadJson:
        return None
    is_ours = all(doc.get(name) == value for name, value in whose.items())
    return SignedPolicy(text, signature) if is_ours else None


def policy_in(kept: Any) -> Policy:
    """What the secret "policy" of a store says: {"text", "signature"}, verified when sealed.

    A store from before signed policies has the numbers alone. NO_POLICY where there is none.
    """
    if not isinstance(kept, dict):
        return NO_POLICY
    text = kept.get("text")
    if not isinstance(text, str):
        return Policy.from_doc(kept)
    try:
        return Policy.from_doc(decode_object(text))
    except BadJson:
        return NO_POLICY
