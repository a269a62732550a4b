"""What the operator asks of this terminal, and what the operator knows it by."""

from datetime import timedelta
from typing import Final

from civictui.domain.model import Policy, Terminal, read_time
from civictui.domain.model.policy import FEATURES
from civictui.domain.text import clean, one_line
from civictui.widgets import words

SHORT: Final = 8
"""Characters of a device's id that tell it from others, and can be said on the phone."""


def asked(policy: Policy, terminal: Terminal) -> list[str]:
    """Facts, each after its name in ten cells: the notice in full, what is off, for how long.

    What is not asked takes no line.
    """
    said = [f"Notice    {clean(policy.message).strip()}"] if policy.message.strip() else []
    if off := [name for feature, name in FEATURES.items() if feature in policy.off]:
        said.append(f"Off       {'; '.join(off)}")
    if policy.offline_days:
        said.append(f"Offline   {_offline(policy.offline_days, terminal.heard_at)}")
    return said


def known_by(terminal: Terminal) -> list[str]:
    """The version, and as much of the device's id as is needed."""
    device = one_line(terminal.device)[:SHORT]
    version = f"civictui {one_line(terminal.version)}"
    return [f"Terminal  {version}{f', device {device}' if device else ''}"]


def _offline(days: int, heard_at: str) -> str:
    """The last of so many whole days ends a day later."""
    limit = f"opens for {words.counted(days, 'day')} without the gateway"
    heard = read_time(heard_at)
    return f"{limit}: until {words.moment(heard + timedelta(days=days + 1))}" if heard else limit
