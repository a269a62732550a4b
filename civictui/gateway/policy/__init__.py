"""What the operator asks of terminals: written as TOML, sealed in the folder, signed for each.

limits        what the gateway takes, and within what a policy may set its numbers
rules         a policy as it is in force, and what a given user on a given device is told of it
overlap       whether two areas have ground in common
policy_file   the sealed file, read again when another process has written it
signed        the text for somebody and the gateway's signature of it
changes       what one policy has otherwise than another, in words
reading       the operator's TOML, every fault with its line; by values, faults, places
written       the same TOML from what is in force
"""

from civictui.gateway.policy.limits import DOCUMENT_BYTES, OBJECT_BYTES, PAGE_BYTES
from civictui.gateway.policy.policy_file import PolicyFile
from civictui.gateway.policy.rules import FeatureRule, Rules
from civictui.gateway.policy.signed import PolicySigner

__all__ = [
    "DOCUMENT_BYTES",
    "OBJECT_BYTES",
    "PAGE_BYTES",
    "FeatureRule",
    "PolicyFile",
    "PolicySigner",
    "Rules",
]
