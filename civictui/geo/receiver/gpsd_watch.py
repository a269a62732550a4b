"""One connection to gpsd: its greeting, its messages, and when a fix is good enough."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from civictui.codec import BadJson, decode_object
from civictui.domain.errors import NoFix
from civictui.domain.model import Fix, LocationSource, now_text
from civictui.domain.ports import Clock
from civictui.geo.receiver.sight import Sight, Sighting

GREETING_SECONDS = 5.0
"""For so long gpsd may take to answer, and to name its receivers."""
_TICK = 0.5
_MOST_LINES = 400
"""In a second; gpsd sends a tenth of it. Whoever sends more waits, and costs no more than this."""
_MOST_WORDS = 5
"""In a second; a person reads no more, and each is drawn."""


@dataclass(slots=True)
class Pace:
    """How often something happens in a second: of this machine, which is what is to be spared."""

    most: int
    _second: int = -1
    _count: int = 0

    def allows(self) -> bool:
        """Whether it may happen once more in this second."""
        if (second := int(monotonic())) != self._second:
            self._second, self._count = second, 0
        self._count += 1
        return self._count <= self.most


@dataclass(slots=True)
class Watch:
    """One connection, from its greeting to the fix."""

    reader: asyncio.StreamReader
    clock: Clock
    address: str
    """For the words."""
    end: float
    """By the clock, when the patience is at its end."""
    good_meters: float
    """A fix as accurate as this is taken at once."""
    settling: float
    """Seconds after the first fix in which a better one is waited for."""
    told: Callable[[str], object]
    _begun: float = field(init=False)
    _sight: Sight = field(default_factory=Sight)
    _last_words: str = ""
    _lines: Pace = field(default_factory=lambda: Pace(_MOST_LINES))
    _words: Pace = field(default_factory=lambda: Pace(_MOST_WORDS))

    def __post_init__(self) -> None:
        self._begun = self.clock.monotonic()

    async def greet(self) -> None:
        """The first line of gpsd is its version. Raises NoFix for any other."""
        said: Mapping[str, Any] | None = None
        while said is None and self._passed() < GREETING_SECONDS:
            said = await self._message(strict=True)
        if said is None or said.get("class") != "VERSION":
            raise self._not_gpsd()

    async def settle(self) -> Fix:
        """Listen until there is a fix that is good, or none better was heard for a while."""
        first: float | None = None
        while True:
            if said := await self._message():
                self._sight.take(said, self.clock.monotonic())
            now = self.clock.monotonic()
            if said and not self._lines.allows():
                await asyncio.sleep(_TICK)
            best = self._sight.best(now)
            if best is None:
                first = None
            else:
                first = now if first is None else first
                if self._is_settled(best, now - first, now):
                    return self._fix(best, now)
            self._tell(best, now)
            if best is None and self._is_over(self.clock.monotonic()):
                raise self._reason(now)

    def _is_settled(self, best: Sighting, waited: float, now: float) -> bool:
        if best.accuracy is not None and best.accuracy <= self.good_meters:
            return True
        return waited >= self.settling or now >= self.end

    def _is_over(self, now: float) -> bool:
        """The patience is at its end, or there is nobody to be patient with."""
        if now >= self.end:
            return True
        gone = all(receiver.gone for receiver in self._sight.receivers.values())
        return gone and self._passed() >= GREETING_SECONDS

    def _fix(self, best: Sighting, now: float) -> Fix:
        return Fix(
            point=best.point,
            accuracy=best.accuracy,
            at=now_text(self.clock.now() - timedelta(seconds=now - best.since)),
            source=LocationSource.GPS,
            satellites=best.satellites,
        )

    def _tell(self, best: Sighting | None, now: float) -> None:
        if not self._sight.receivers:
            return
        words = self._sight.trouble(now)
        if best is not None:
            good = "" if best.accuracy is None else f" good for {round(best.accuracy)} m"
            words = f"a fix{good}, waiting for a better one"
        if words != self._last_words and self._words.allows():
            self._last_words = words
            self.told(words)

    def _reason(self, now: float) -> NoFix:
        words = self._sight.trouble(now)
        if not self._sight.receivers:
            return NoFix("gpsd has no receiver", "Plug it in, or tell gpsd its name.")
        return NoFix(f"{words[0].upper()}{words[1:]}", "Try again under an open sky.")

    async def _message(self, *, strict: bool = False) -> dict[str, Any] | None:
        """The next line, None where none came for a moment, or none that is JSON. Raises NoFix."""
        reading = self.reader.readline()
        try:
            line = await asyncio.wait_for(reading, _TICK)
        except TimeoutError:
            return None
        except ValueError as error:  # a line without an end
            raise self._not_gpsd() from error
        if not line:
            raise ConnectionResetError("the other side has closed")
        try:
            return decode_object(line)
        except BadJson as error:
            if strict:
                raise self._not_gpsd() from error
            return None

    def _not_gpsd(self) -> NoFix:
        return NoFix(f"What answers at {self.address} is no gpsd", "Look at the setting gpsd.")

    def _passed(self) -> float:
        return self.clock.monotonic() - self._begun
