"""What the operator asks of this terminal, as the doctor says it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import civictui
from civictui.domain.errors import Barred
from civictui.domain.model import Policy, days_unheard
from civictui.domain.model.policy import FEATURES
from civictui.signed_policy import policy_in


def policy_facts(secret: Callable[[str], Any], now: datetime) -> dict[str, str | int]:
    """By the sealed words of a store (see `Secrets`) and this device's clock."""
    policy = policy_in(secret("policy"))
    days = days_unheard(secret("heard at"), secret("latest clock"), now, secret("clock offset"))
    return {
        "disabled": _barred(policy),
        "days without the gateway": days,
        "offline days left": max(0, policy.offline_days - days)
        if policy.offline_days
        else "no limit",
        "features off": "; ".join(FEATURES[name] for name in FEATURES if name in policy.off)
        or "none",
        "operator's notice": policy.message or "none",
    }


def _barred(policy: Policy) -> str:
    why = policy.bars(civictui.__version__)
    return str(Barred(why, policy.disabled_message)) if why else "no"
