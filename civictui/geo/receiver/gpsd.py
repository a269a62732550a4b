"""Where the terminal is, by gpsd's JSON protocol: VERSION, WATCH, DEVICES, TPV, SKY."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from civictui.domain.errors import NoFix, UsageError
from civictui.domain.model import Fix
from civictui.domain.ports import Clock

PORT = 2947
LINE_BYTES = 65_536
"""A SKY of all constellations has about 15,000."""
GOOD_METERS = 15.0
"""A fix as accurate as this is taken at once."""
SETTLING_SECONDS = 3.0
"""For so long after the first fix a better one is waited for: the first of a cold start is poor."""
_CONNECTING = 5.0
"""Seconds."""
_WATCH = b'?WATCH={"enable":true,"json":true};\n'
_ADDRESS = re.compile(r"(?:\[([^\s\[\]/]+)\]|([^\s:\[\]/]+))(?::(\d{1,5}))?", re.ASCII)


def address_of(text: str) -> tuple[str, int]:
    """Host and port of `localhost:2947`, `[::1]:2947` or a host alone. Raises UsageError."""
    match = _ADDRESS.fullmatch(text.strip())
    port = int(match[3] or PORT) if match else 0
    if match is None or not 0 < port < 65_536:
        raise UsageError("The setting gpsd is a host and a port", "Write localhost:2947.")
    return match[1] or match[2], port


@dataclass(frozen=True, slots=True)
class Gpsd:
    """`Positioning` by a gpsd."""

    address: str
    clock: Clock
    good_meters: float = GOOD_METERS
    settling: float = SETTLING_SECONDS

    def __post_init__(self) -> None:
        address_of(self.address)

    async def fix(self, patience: float, told: Callable[[str], object]) -> Fix:
        from civictui.geo.receiver.gpsd_watch import Watch

        told("asking gpsd")
        reader, writer = await self._connect()
        try:
            writer.write(_WATCH)
            watch = Watch(
                reader,
                self.clock,
                self.address,
                end=self.clock.monotonic() + patience,
                good_meters=self.good_meters,
                settling=self.settling,
                told=told,
            )
            await watch.greet()
            return await watch.settle()
        except OSError as error:
            raise self._no_fix("gpsd has gone away") from error
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = address_of(self.address)
        opening = asyncio.open_connection(host, port, limit=LINE_BYTES)
        try:
            return await asyncio.wait_for(opening, _CONNECTING)
        except (OSError, TimeoutError, ValueError) as error:  # such as a host that no name can be
            raise self._no_fix("gpsd does not answer") from error

    def _no_fix(self, what: str) -> NoFix:
        return NoFix(f"{what[0].upper()}{what[1:]} at {self.address}", "Is it running there?")
