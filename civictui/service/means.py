"""What a terminal may have beside its store and its gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from civictui.domain.model import PackOrder
from civictui.domain.ports import Geocoder, Positioning, Secrets

NewGeocoder: TypeAlias = Callable[[Secrets], Geocoder]
"""Makes a geocoder that remembers in these secrets what it was told."""


@dataclass(frozen=True, slots=True)
class PhotoSources:
    """Where photos come from that nobody names: a folder, and a command that takes one.

    "" is none of either; `seconds` is how long the command may take.
    """

    inbox: str = ""
    capture: str = ""
    seconds: float = 20.0


BY_DEFAULT = PackOrder()


@dataclass(frozen=True, slots=True)
class Means:
    """Each may be missing: nothing of the work with reports depends on them."""

    positioning: Positioning | None = None
    new_geocoder: NewGeocoder | None = None
    photos: PhotoSources = PhotoSources()
    pack: PackOrder = BY_DEFAULT
    """How much and how far "pack my day" fetches; its place is where the person is then."""


NONE = Means()
