"""What the operator asks of a terminal: read from the text that the gateway has signed.

A terminal obeys it without a link, too. What it does not know it passes over, and a value of
another shape counts as not said: a policy never keeps anybody from work by being odd.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self

from civictui.domain.model.values import is_number, now_text, read_time, text_of

FEATURES: Final = {
    "new": "new reports",
    "edit": "changing reports",
    "withdraw": "withdrawing reports",
    "updates": "remarks, status and assignment",
    "photos": "adding photos",
    "map": "the map",
    "pack": "packing a day for work without a link",
    "copy": "copying to the clipboard",
    "export": "readable exports and the shift's summary",
    "geocoder": "asking a geocoder for addresses",
}
"""What an operator can switch off, by the name in the policy, and what a person calls it."""

NUMBERS: Final = (
    "photo_bytes",
    "thumbnail_bytes",
    "object_bytes",
    "document_bytes",
    "accuracy_meters",
)
"""Whole numbers; whoever uses one keeps it within reason."""

MOST_WORDS: Final = 1_000
"""Characters of a notice."""
MOST_OFFLINE_DAYS: Final = 3_650
_MOST_VERSIONS = 100
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?([-.+a-z0-9]{0,32})")

DEVICE, VERSION = "device", "version"
"""Why one is barred."""
CLOCK_STEP: Final = timedelta(hours=1)
"""A clock that went on by less is not written down anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`message` is the operator's notice; `offline_days` 0 is no limit; `numbers` see NUMBERS."""

    message: str = ""
    minimum_version: str = ""
    disabled_versions: tuple[str, ...] = ()
    disabled: bool = False
    """This very device is."""
    disabled_message: str = ""
    off: frozenset[str] = frozenset()
    """Names of FEATURES that are switched off."""
    offline_days: int = 0
    client_logs: bool = False
    """Whether the gateway takes client logs from whoever wants to send them."""
    numbers: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_doc(cls, said: Mapping[str, Any]) -> Self:
        """The policy that a signed text says."""
        features = said.get("features")
        days = said.get("offline_days")
        return cls(
            message=_words(said.get("message")),
            minimum_version=_version(said.get("minimum_version")),
            disabled_versions=_versions(said.get("disabled_versions")),
            disabled=said.get("disabled") is True,
            disabled_message=_words(said.get("disabled_message")),
            off=_off(features if isinstance(features, dict) else {}),
            offline_days=days if type(days) is int and 0 <= days <= MOST_OFFLINE_DAYS else 0,
            client_logs=said.get("client_logs") is True,
            numbers={name: said[name] for name in NUMBERS if type(said.get(name)) is int},
        )

    def bars(self, version: str) -> str:
        """Why whoever has this version may only deliver what is queued: DEVICE, VERSION, or ""."""
        if self.disabled:
            return DEVICE
        return VERSION if is_barred(version, self.minimum_version, self.disabled_versions) else ""


NO_POLICY: Final = Policy()


def is_barred(version: str, minimum: str, disabled: tuple[str, ...]) -> bool:
    """Whether a version is below the `minimum` or one of those `disabled`; an odd one is not."""
    if version in disabled:
        return True
    mine, least = version_key(version), version_key(minimum)
    return mine is not None and least is not None and mine < least


def days_unheard(heard_at: object, latest: object, now: datetime, offset: object) -> int:
    """For how many whole days the gateway was not heard; 0 where it is not known when it was.

    `heard_at` and `latest` are the secrets "heard at" and "latest clock", `now` the device's clock
    and `offset` the secret "clock offset". A clock that is set back gains no day: it is never
    earlier than the `latest` time that was seen.
    """
    heard = read_time(text_of(heard_at))
    if heard is None:
        return 0
    times = (_gateway_clock(now, offset), read_time(text_of(latest)) or heard)
    return max((max(times) - heard).days, 0)


def clock_to_keep(latest: object, now: datetime, offset: object) -> str:
    """What the secret "latest clock" is to be now; "" where it can stay as it is.

    It only goes forward, until the gateway tells the time again: then it is that time.
    """
    seen, clock = read_time(text_of(latest)), _gateway_clock(now, offset)
    return "" if seen and clock - seen < CLOCK_STEP else now_text(clock)


def _gateway_clock(now: datetime, offset: object) -> datetime:
    """The gateway's time; other than for reports, a clock that is wrong by decades counts, too.

    A board without a battery may think that it is 1970, or 2040, whenever it starts.
    """
    try:
        return now + timedelta(seconds=offset if is_number(offset) else 0.0)
    except OverflowError:
        return now


def version_key(version: str) -> tuple[int, int, int, bool] | None:
    """What orders versions such as 1.2, 1.2.3 and 1.3rc1, which is before 1.3; None for others."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    major, minor, patch, rest = found.groups()
    is_final = not rest or rest[0] == "+" or rest.lstrip(".-").startswith("post")
    return int(major), int(minor), int(patch or 0), is_final


def _words(said: object) -> str:
    return said[:MOST_WORDS] if isinstance(said, str) else ""


def _version(said: object) -> str:
    return said if isinstance(said, str) and version_key(said) else ""


def _versions(said: object) -> tuple[str, ...]:
    items = said[:_MOST_VERSIONS] if isinstance(said, list) else []
    return tuple(item for item in items if isinstance(item, str) and 0 < len(item) <= 64)


def _off(features: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name in FEATURES if features.get(name) is False)
