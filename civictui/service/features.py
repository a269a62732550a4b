"""What an operator can switch off: the one place where the service says no to it."""

from civictui.domain.errors import FeatureOff
from civictui.domain.model import Policy
from civictui.domain.model.policy import FEATURES


def require(policy: Policy, feature: str) -> None:
    """`feature` is a name of FEATURES. Raises FeatureOff where the policy switches it off.

    It is asked before anything is done: what was begun earlier, drafts and all that is queued,
    stays and is sent.
    """
    if feature in policy.off:
        raise FeatureOff(feature, FEATURES[feature])
