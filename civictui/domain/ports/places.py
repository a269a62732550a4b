"""Where things are: a receiver's position, and the address of a place."""

from collections.abc import Callable
from typing import Protocol

from civictui.domain.model import Fix, GeoPoint


class Positioning(Protocol):
    """A receiver of satellites."""

    async def fix(self, patience: float, told: Callable[[str], object]) -> Fix:
        """Where the terminal is now, waited for up to `patience` seconds.

        `told` hears in a few words what is going on meanwhile. Raises NoFix with the reason.
        """
        ...


class Geocoder(Protocol):
    """Addresses from coordinates. Belongs to the event loop that first uses it."""

    async def address(self, point: GeoPoint) -> str:
        """One line; "" where the geocoder knows none. Raises NoAddress where it gave no answer."""
        ...

    async def close(self) -> None: ...
