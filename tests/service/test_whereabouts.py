"""Where the person is, as the service knows it and remembers it, sealed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from civictui.domain.errors import NoFix, StoreFull
from civictui.domain.model import Fix, GeoPoint, LocationSource, now_text
from civictui.service import new_draft
from civictui.service.means import Means
from tests.played import Played
from tests.site import PASSWORD, Terminal

HERE = GeoPoint(40.5, -73.9)
THERE = GeoPoint(-33.8, 151.2)


@dataclass
class Receiver:
    """`Positioning` that has a fix, or none."""

    found: Fix | None = None
    patience: list[float] = field(default_factory=list)

    async def fix(self, patience: float, told: Callable[[str], object]) -> Fix:
        self.patience.append(patience)
        told("no fix yet: 0 of 12 satellites")
        if self.found is None:
            raise NoFix("No fix yet: 0 of 12 satellites", "Try again under an open sky.")
        return self.found


@pytest.fixture
async def signed_in(one: Terminal) -> Terminal:
    await one.service.sign_in("demo", PASSWORD)
    return one


def gps_fix(one: Terminal, *, minutes_ago: float = 0) -> Fix:
    at = now_text(one.clock.now() - timedelta(minutes=minutes_ago))
    return Fix(point=HERE, accuracy=6.5, at=at, satellites=7)


async def test_a_fix_is_given_and_remembered(signed_in: Terminal) -> None:
    receiver, told = Receiver(gps_fix(signed_in)), list[str]()
    signed_in.service._means = Means(positioning=receiver)
    fix = await signed_in.service.locate(told.append)
    assert fix is receiver.found
    assert told == ["no fix yet: 0 of 12 satellites"]
    assert receiver.patience[0] >= 30
    last = await signed_in.service.last_position()
    assert last is not None
    assert (last.point, last.accuracy, last.at, last.source) == (HERE, 6.5, fix.at, "gps")


async def test_without_a_fix_the_last_one_stays(signed_in: Terminal) -> None:
    signed_in.service._means = Means(positioning=Receiver(gps_fix(signed_in, minutes_ago=20)))
    before = await signed_in.service.locate(print)
    signed_in.service._means = Means(positioning=Receiver())
    with pytest.raises(NoFix, match="No fix yet"):
        await signed_in.service.locate(print)
    last = await signed_in.service.last_position()
    assert last is not None
    assert last.at == before.at


async def test_a_fix_that_cannot_be_remembered_is_given(
    signed_in: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(name: str, value: Any) -> None:
        raise StoreFull(f"{name} does not fit")

    signed_in.service._means = Means(positioning=Receiver(gps_fix(signed_in)))
    monkeypatch.setattr(signed_in.store.secrets, "put", full)
    assert (await signed_in.service.locate(print)).point == HERE


async def test_without_a_receiver_it_says_how_to_set_one_up(signed_in: Terminal) -> None:
    with pytest.raises(NoFix, match="No receiver is set up") as caught:
        await signed_in.service.locate(print)
    assert "gpsd" in caught.value.advice


async def test_a_report_is_where_the_person_was(signed_in: Terminal) -> None:
    assert await signed_in.service.last_position() is None
    draft = new_draft(signed_in.clock, description="Lamp out", place="-33.8, 151.2")
    await signed_in.service.submit(draft)
    last = await signed_in.service.last_position()
    assert last is not None
    assert (last.point, last.source) == (THERE, "typed")
    assert last.at.endswith("Z")
    assert await signed_in.service.position() == THERE


async def test_a_report_without_a_place_changes_nothing(signed_in: Terminal) -> None:
    await signed_in.service.submit(new_draft(signed_in.clock, description="Lamp out"))
    assert await signed_in.service.last_position() is None
    assert await signed_in.service.position() is None


async def test_what_earlier_versions_remembered_is_read(signed_in: Terminal) -> None:
    await signed_in.store.secrets.put("position", HERE.to_geojson())
    last = await signed_in.service.last_position()
    assert last is not None
    assert (last.point, last.at, last.source) == (HERE, "", "typed")
    assert await signed_in.service.position() == HERE


@pytest.mark.parametrize("kept", [None, 7, [], {"type": "Point"}, {"point": None, "at": 1}])
async def test_what_is_no_position_is_none(signed_in: Terminal, kept: Any) -> None:
    await signed_in.store.secrets.put("position", kept)
    assert await signed_in.service.last_position() is None
    assert await signed_in.service.position() is None


@pytest.mark.parametrize(
    ("minutes_ago", "source", "expected"),
    [
        (5, LocationSource.GPS, HERE),
        (-5, LocationSource.GPS, HERE),
        (90, LocationSource.GPS, THERE),
        (5, LocationSource.TYPED, THERE),
    ],
)
async def test_a_recent_fix_counts_for_more_than_the_settings(
    signed_in: Terminal, minutes_ago: float, source: str, expected: GeoPoint
) -> None:
    signed_in.service._position = THERE
    fix = gps_fix(signed_in, minutes_ago=minutes_ago).to_doc() | {"source": source}
    await signed_in.store.secrets.put("position", fix)
    assert await signed_in.service.position() == expected


async def test_a_locked_terminal_knows_only_its_settings(one: Terminal) -> None:
    assert await one.service.position() is None
    assert await one.service.last_position() is None
    one.service._position = THERE
    assert await one.service.position() == THERE


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        (None, 50.0),
        (20, 20.0),
        (0, 5.0),
        (-3, 5.0),
        (10**9, 10_000.0),
        ("8", 50.0),
        (True, 50.0),
        (25.5, 50.0),
        (10**400, 10_000.0),
        ([5], 50.0),
    ],
)
async def test_the_limit_is_the_policys_within_reason(
    played: Played, said: Any, limit: float
) -> None:
    await played.service.sign_in("demo", PASSWORD)
    played.renews(accuracy_meters=said)
    assert await played.service.accuracy_limit() == limit


async def test_the_gateway_says_how_accurate_a_fix_should_be(signed_in: Terminal) -> None:
    assert signed_in.service.policy.numbers["accuracy_meters"] == 50
