"""What the operator switches off is refused, without a link too; nothing that is there is lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civictui.domain.errors import FeatureOff
from civictui.domain.model import AddressSource, Draft, GeoPoint, PackOrder
from civictui.domain.model.policy import FEATURES
from civictui.geo.maps.tiles.packed import NOTHING
from civictui.service import new_draft
from civictui.service.features import require
from civictui.service.means import Means
from tests.conftest import MovableClock
from tests.played import PASSWORD, Played
from tests.service.test_barred import CLOSED, PHOTO, Call, called

HERE = GeoPoint(40.5, -73.9)

GUARDED: list[tuple[str, Call]] = [
    ("new", lambda s: s.submit(Draft(id="d", description="Lamp out"))),
    ("edit", lambda s: s.submit(Draft(id="d", description="x", report="r", base="1-a"))),
    ("edit", CLOSED["begin_edit"]),
    ("edit", CLOSED["restore"]),
    ("withdraw", CLOSED["withdraw"]),
    ("updates", CLOSED["remark"]),
    ("updates", CLOSED["update"]),
    ("photos", CLOSED["take_photo"]),
    ("photos", CLOSED["take_newest"]),
    ("photos", CLOSED["capture_photo"]),
    ("pack", lambda s: s.pack(PackOrder())),
    ("export", lambda s: s.shift(datetime(2026, 5, 4, tzinfo=UTC))),
    ("geocoder", lambda s: s.ask_address(HERE)),
]


class Asked:
    """A geocoder that nobody may ask."""

    async def address(self, point: GeoPoint) -> str:
        raise AssertionError("it was asked")

    async def close(self) -> None: ...


@pytest.fixture
async def geocoding(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Played]:
    terminal = Played(tmp_path / "t", clock, Means(new_geocoder=lambda _: Asked()))
    await terminal.service.sign_in("asha", PASSWORD)
    yield terminal
    await terminal.service.lock()


@pytest.mark.parametrize(("feature", "call"), GUARDED)
async def test_what_is_off_is_refused_in_its_words(
    geocoding: Played, feature: str, call: Call
) -> None:
    geocoding.renews(features={feature: False})
    with pytest.raises(FeatureOff) as refused:
        await called(call, geocoding.service)
    assert refused.value.feature == feature
    assert FEATURES[feature].lower() in str(refused.value).lower()
    assert "switched off" in str(refused.value)


def test_what_is_not_guarded_here_is_the_screens() -> None:
    assert {feature for feature, _ in GUARDED} | {"map", "copy"} == FEATURES.keys()


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_what_is_on_is_let_through(feature: str) -> None:
    from civictui.domain.model import Policy

    require(Policy(off=frozenset(FEATURES) - {feature}), feature)


async def test_it_stays_off_without_a_link(played: Played) -> None:
    played.asks(features={"new": False})
    await played.service.sign_in("asha", PASSWORD)
    await played.service.lock()
    played.session.linked = False
    await played.service.sign_in("asha", PASSWORD)
    with pytest.raises(FeatureOff):
        await played.service.submit(new_draft(played.clock, description="x"))


async def test_drafts_and_what_is_queued_stay(played: Played) -> None:
    service = played.service
    await service.sign_in("asha", PASSWORD)
    photo = (await service.take_photo(str(PHOTO))).photo
    await service.submit(new_draft(played.clock, (photo,), description="Sent later"))
    draft = new_draft(played.clock, (photo,), description="Half done")
    await service.save_draft(draft)
    played.renews(features=dict.fromkeys(FEATURES, False))
    assert await service.waiting_to_go() == 2
    with pytest.raises(FeatureOff):
        await service.submit(draft)
    assert [kept.id for kept in await service.reader.drafts()] == [draft.id]
    await service.save_draft(draft)
    played.renews(features={"photos": False})
    await service.submit(draft)
    assert await service.waiting_to_go() == 4 - 1, "the same photo waits once"


async def test_a_report_waits_for_no_address_that_nobody_may_ask_for(geocoding: Played) -> None:
    service = geocoding.service
    place = "40.5, -73.9"
    key = await service.submit(new_draft(geocoding.clock, description="a", place=place))
    assert (await service.reader.report(key)).report.address_source == AddressSource.PENDING
    geocoding.renews(features={"geocoder": False})
    key = await service.submit(new_draft(geocoding.clock, description="b", place=place))
    assert (await service.reader.report(key)).report.address_source == ""


async def test_a_packed_map_is_not_seen_where_the_map_is_off(played: Played) -> None:
    await played.service.sign_in("asha", PASSWORD)
    assert played.service.packed_map() is not NOTHING
    played.renews(features={"map": False})
    assert played.service.packed_map() is NOTHING
