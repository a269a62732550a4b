"""Room for pictures of others: what gives way, in which order, and what never does."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from civictui.domain.model import Doc, Draft, JobKind, Photo, Report, Update
from civictui.storage import picture_cache
from civictui.storage.picture_cache import LARGE_BYTES, THUMBNAIL_BYTES
from civictui.storage.picture_store import PACKED
from civictui.storage.store import StoreTables
from tests.storage.stores import new_store, send_all

LARGE, SMALL = 10_000, 500
SEALED = LARGE + 36  # what the disk has of it: the magic, the salt and one tag


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    yield opened
    opened.close()


def photo(key: str) -> Photo:
    return Photo(f"{key}.jpg", f"{key}-s.jpg", bytes=LARGE)


def put(store: StoreTables, key: str, used: float = 1000.0) -> Photo:
    """Both pictures of a photo, last looked at then."""
    made = photo(key)
    for name, size in ((made.large, LARGE), (made.thumbnail, SMALL)):
        store.put_picture(name, os.urandom(size), fetched=True)
        os.utime(store.blobs.path(name), (used, used))
    return made


def theirs(store: StoreTables, number: int, used: float = 1000.0, user: str = "other") -> str:
    """A report that came down, the later the higher its number; gives the name of its photo."""
    key = f"p{number}"
    made = put(store, key, used)
    doc: Doc = {
        "_id": f"r{number}",
        "_rev": f"1-{number:032x}",
        "_revisions": {"start": 1, "ids": [f"{number:032x}"]},
        "type": "report",
        "reportedBy": user,
        "reportedDateTime": f"2026-05-{number + 1:02}T12:00:00Z",
        "photos": [{"large": made.large, "thumbnail": made.thumbnail, "bytes": LARGE}],
    }
    assert not store.take_in([doc])
    return key


def here(store: StoreTables, keys: list[str]) -> list[str]:
    """Which of the large pictures are here; each thumbnail is an `s` behind it."""
    return [
        key + "s" * store.blobs.has(f"{key}-s.jpg") for key in keys if store.blobs.has(f"{key}.jpg")
    ]


def test_without_a_budget_nothing_goes(store: StoreTables) -> None:
    keys = [theirs(store, n) for n in range(5)]
    assert store.pictures.make_room(0, "me") == 0
    assert here(store, keys) == [f"p{n}s" for n in range(5)]


def test_what_was_not_looked_at_for_longest_goes_first(store: StoreTables) -> None:
    keys = [theirs(store, n, used=1000 + n) for n in range(5)]
    assert store.pictures.get("p0.jpg")
    assert store.pictures.make_room(3 * SEALED + 5 * SMALL, "me") == 3
    assert here(store, keys) == ["p0s", "p4s"]
    assert all(store.blobs.has(f"{key}-s.jpg") for key in keys)


def test_thumbnails_go_last_those_of_the_oldest_reports_first(store: StoreTables) -> None:
    keys = [theirs(store, n) for n in range(5)]
    store.pictures.make_room(3 * (SMALL + 36), "me")
    assert here(store, keys) == []
    assert [store.blobs.has(f"{key}-s.jpg") for key in keys] == [False, False, False, True, True]


def test_own_queued_drafted_and_packed_ones_stay(store: StoreTables) -> None:
    own = theirs(store, 0, user="me")
    queued, drafted = put(store, "queued"), put(store, "drafted")
    store.submit(Report(id="mine", reported_by="me", photos=(queued,)), "")
    store.save_draft(Draft(id="d", photos=(drafted,)))
    packed, other = theirs(store, 1), theirs(store, 2)
    store.put_secret(PACKED, [f"{packed}.jpg", f"{packed}-s.jpg"])
    keys = [own, "queued", "drafted", packed, other]
    assert store.pictures.make_room(1, "me") == 2
    assert here(store, keys) == [f"{key}s" for key in keys[:-1]]


def test_one_that_is_queued_for_another_report_stays(store: StoreTables) -> None:
    """Equal photos are one object."""
    theirs(store, 0)
    store.submit(Report(id="mine", reported_by="me", photos=(photo("p0"),)), "")
    assert store.pictures.make_room(1, "me") == 0


def test_remarks_that_are_not_sent_keep_their_photos(store: StoreTables) -> None:
    theirs(store, 0)
    made = put(store, "remark")
    update = Update(id="u", report="r0", reported_by="me", photos=(made,))
    store.submit(update, "")
    store.pictures.make_room(1, "me")
    assert here(store, ["remark"]) == ["remarks"]


def test_a_shelved_photo_stays(store: StoreTables) -> None:
    made = put(store, "shelved")
    theirs(store, 0)
    store.submit(Report(id="mine", reported_by="me", photos=(made,)), "")
    store.withdraw("mine", "me")
    assert not store.outbox.jobs()
    store.pictures.make_room(1, "me")
    assert here(store, ["shelved"]) == ["shelveds"]


def test_what_cannot_go_is_not_looked_through_again_at_every_turn(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        theirs(store, number, user="me")
    looked: list[int] = []
    real = store.blobs.listed
    monkeypatch.setattr(store.blobs, "listed", lambda: looked.append(1) or real())  # type: ignore[func-returns-value]
    for _ in range(5):
        store.pictures.make_room(SEALED, "me")
    assert len(looked) == 1
    theirs(store, 3)
    assert store.pictures.make_room(SEALED, "me") == 1
    assert len(looked) == 2


def test_no_more_is_wanted_than_may_stay(store: StoreTables) -> None:
    """Or it would come and go for ever."""
    for number in range(6):
        theirs(store, number)
    store.pictures.make_room(60_000, "me")
    for kind in JobKind:
        assert store.pictures.wanted(kind) == []
    for number in range(6):
        store.blobs.remove(f"p{number}-s.jpg")
        store.blobs.remove(f"p{number}.jpg")
    assert store.pictures.wanted(JobKind.THUMBNAIL) == [f"p{n}-s.jpg" for n in range(5, 0, -1)]
    assert store.pictures.wanted(JobKind.LARGE) == ["p5.jpg"]
    store.pictures.make_room(0, "me")
    assert len(store.pictures.wanted(JobKind.LARGE)) == 6


def test_what_was_fetched_for_somebody_is_there_for_him(store: StoreTables) -> None:
    """Also where thumbnails, which go after it, fill all the room."""
    keys = [theirs(store, n) for n in range(3)]
    store.pictures.make_room(SMALL, "me", "p0.jpg")
    assert here(store, keys) == ["p0"]


def test_a_photo_that_others_have_too_is_kept_when_it_is_taken_in(store: StoreTables) -> None:
    """From the moment that it is chosen: the draft that names it is saved a little later."""
    theirs(store, 0)
    content = store.blobs.get("p0.jpg")
    assert content is not None
    store.put_picture("p0.jpg", content)
    assert store.pictures.make_room(1, "me") == 1
    assert here(store, ["p0"]) == ["p0"]


def test_a_few_go_at_a_time(store: StoreTables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others wait for the store meanwhile."""
    monkeypatch.setattr(picture_cache, "AT_A_TIME", 3)
    for number in range(4):
        theirs(store, number)
    assert [store.pictures.make_room(1, "me") for _ in range(4)] == [3, 3, 2, 0]


def test_all_that_is_fetched_unasked_fits_together(store: StoreTables) -> None:
    """Or each sync would fetch again what it let go of the last time."""
    for number in range(28):
        theirs(store, number)
    most = 400_000
    for number in range(28):
        store.blobs.remove(f"p{number}.jpg")
        store.blobs.remove(f"p{number}-s.jpg")
    store.pictures.make_room(most, "me")
    small, large = (store.pictures.wanted(kind) for kind in JobKind)
    assert len(small) == 28
    for key in small:
        store.put_picture(key, os.urandom(THUMBNAIL_BYTES), fetched=True)
    for key in large:
        store.put_picture(key, os.urandom(LARGE), fetched=True)
    assert store.pictures.make_room(most, "me") == 0
    assert not any(store.pictures.wanted(kind) for kind in JobKind)


@pytest.mark.parametrize(("said", "expected"), [(0, 2), (10**15, 0)])
def test_a_size_that_is_not_said_or_is_a_lie_is_within_the_budget(
    store: StoreTables, said: int, expected: int
) -> None:
    """Reports of the original application say none."""
    for number in range(4):
        photos = [{"large": f"x{number}", "thumbnail": f"x{number}-s", "bytes": said}]
        doc: Doc = {
            "_id": f"x{number}",
            "_rev": "1-a",
            "_revisions": {"start": 1, "ids": ["a"]},
            "type": "report",
            "photos": photos,
        }
        assert not store.take_in([doc])
    assert len(store.pictures.wanted(JobKind.LARGE, 2 * LARGE_BYTES)) == expected


# --- what the server has lost --------------------------------------------------------------------


def test_what_the_server_lost_is_queued_again_with_its_second_copy(store: StoreTables) -> None:
    made = put(store, "mine")
    store.submit(Report(id="mine", reported_by="me", photos=(made,)), "")
    assert store.pictures.named_objects("me") == [], "what is queued is not to be there"
    send_all(store)
    assert store.pictures.named_objects("me") == [made.thumbnail, made.large]
    assert store.pictures.named_objects("other") == []
    assert store.heal({made.large}) == (["mine"], [])
    (job,) = store.outbox.jobs()
    assert (job.key, job.kind, job.bytes, job.reports) == (
        made.large,
        JobKind.LARGE,
        LARGE,
        ("mine",),
    )
    assert store.unsent().photos == 1
    assert store.spares.has("mine")


def test_what_is_nowhere_is_named_and_queued_is_what_is_here(store: StoreTables) -> None:
    theirs(store, 0)
    store.blobs.remove("p0.jpg")
    assert store.heal({"p0.jpg", "p0-s.jpg"}) == (["r0"], ["r0"])
    assert [job.key for job in store.outbox.jobs()] == ["p0-s.jpg"]


def test_what_was_lost_goes_behind_what_the_server_never_had(store: StoreTables) -> None:
    """And as soon as it is queued for another reason, as that."""
    old, new = put(store, "old"), put(store, "new")
    store.submit(Report(id="old", reported_by="me", photos=(old,)), "")
    send_all(store)
    store.heal({old.large, old.thumbnail})
    store.submit(Report(id="new", reported_by="me", photos=(new,)), "")
    jobs = store.outbox.jobs()
    assert [job.key for job in jobs] == [new.thumbnail, old.thumbnail, new.large, old.large]
    assert [job.again for job in jobs] == [False, True, False, True]
    store.submit(Report(id="same", reported_by="me", photos=(old,)), "")
    assert not any(job.again for job in store.outbox.jobs())
    assert all("again" not in job.to_doc() for job in store.outbox.jobs())
