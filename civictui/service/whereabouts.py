"""Where the person is: by a receiver, by the settings, by what was last reported."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from civictui.domain.errors import NoFix, StoreError
from civictui.domain.model import Fix, GeoPoint, LocationSource, Report, read_time
from civictui.domain.model.values import is_number, text_of
from civictui.service.attention import Attention

LOCATE_SECONDS = 60.0
"""How long a receiver is waited for: a cold start takes about half of it under an open sky."""
ACCURACY_METERS = 50.0
"""A fix less accurate than this is marked, where the gateway's policy says nothing."""
LEAST_ACCURACY_METERS = 5
MOST_ACCURACY_METERS = 10_000
RECENT = timedelta(hours=1)
"""For so long a receiver's word on where the terminal is counts for more than its settings."""


class Whereabouts(Attention):
    """The part of the service that knows where the person is."""

    async def locate(self, told: Callable[[str], object]) -> Fix:
        self.check_open()  # nobody is measured for nothing
        receiver = self._means.positioning
        if receiver is None:
            raise NoFix("No receiver is set up", "Set gpsd, to localhost:2947 for one.")
        fix = await receiver.fix(LOCATE_SECONDS, told)
        with suppress(StoreError):  # a full disk takes nobody's position from him
            await self._remember(fix)
        return fix

    async def last_position(self) -> Fix | None:
        if not self._working:
            return None
        said = await self.store.secrets.get("position")
        point = GeoPoint.from_geojson(said)  # as it was kept before there were receivers
        return Fix(point=point, source=LocationSource.TYPED) if point else Fix.from_doc(said)

    async def accuracy_limit(self) -> float:
        said = self.policy.numbers.get("accuracy_meters", ACCURACY_METERS)
        return float(min(max(said, LEAST_ACCURACY_METERS), MOST_ACCURACY_METERS))

    async def position(self) -> GeoPoint | None:
        """A recent fix, else what the settings say, else where this user's last report was."""
        last = await self.last_position()
        if last and self._position and not self._is_recent(last):
            return self._position
        return last.point if last else self._position

    async def _stand_at(self, report: Report) -> None:
        """Where the last report is, the person was last. The report itself is saved already."""
        if report.point:
            accuracy, said = report.location.get("accuracy"), report.location
            fix = Fix(
                point=report.point,
                accuracy=float(accuracy) if is_number(accuracy) else None,
                at=text_of(said.get("at")),
                source=text_of(said.get("source")),
            )
            with suppress(StoreError):
                await self._remember(fix)

    async def _remember(self, fix: Fix) -> None:
        await self.store.secrets.put("position", fix.to_doc())

    def _is_recent(self, fix: Fix) -> bool:
        measured = read_time(fix.at)
        age = abs(self._clock.now() - measured) if measured else RECENT
        return fix.source == LocationSource.GPS and age < RECENT
