"""Pictures that come down piece by piece: cuts, restarts, another content, servers that lie."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import pytest

from civictui.domain.errors import NotConfirmed, NotFound, Refused, Unreachable
from civictui.net import Reply
from civictui.storage.blobs import BlobFiles
from civictui.storage.picture_parts import KEPT_SECONDS, PictureParts
from civictui.sync.pictures.downloads import Downloads
from civictui.sync.pictures.pieces import LEAST_BYTES, MOST_BYTES, PIECE_BYTES, PieceSize
from tests.gateway.peer import picture
from tests.site import Site, Terminal
from tests.sync.pictures.test_transfers import terminal

__all__ = ["terminal"]


class Server:
    """Has one content and knows ranges; `cuts` says before which requests the line breaks."""

    def __init__(self, content: bytes, cuts: set[int] | None = None) -> None:
        self.content = content
        self.cuts = cuts or set()
        self.asked: list[dict[str, str]] = []
        self.given = 0
        self.lie: dict[str, str] = {}

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        headers = options["headers"]
        self.asked.append(headers)
        if len(self.asked) - 1 in self.cuts:
            raise Unreachable("cut")
        return self.answer(headers)

    def answer(self, headers: dict[str, str]) -> Reply:
        etag = f'"{hashlib.sha256(self.content).hexdigest()}"'
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", headers["Range"])
        assert found
        first, last = int(found[1]), min(int(found[2]), len(self.content) - 1)
        if headers.get("If-Range", etag) != etag:
            self.given += len(self.content)
            return Reply(200, {"etag": etag}, self.content)
        if first > last:
            return Reply(416, {}, b'{"error": "bad_range", "reason": "behind the end"}')
        span = f"bytes {first}-{last}/{len(self.content)}"
        self.given += last - first + 1
        told = {"etag": etag, "content-range": span, **self.lie}
        return Reply(206, told, self.content[first : last + 1])


@pytest.fixture
def parts(tmp_path: Path) -> PictureParts:
    return PictureParts(tmp_path / "part", bytes(32), bytes(16))


class Shelf:
    """`Parts` over the files, as a store gives them."""

    def __init__(self, parts: PictureParts) -> None:
        self.files = parts

    async def parts(self, key: str) -> tuple[str, list[bytes]]:
        return self.files.get(key)

    async def put_part(self, key: str, sha256: str, number: int, content: bytes) -> None:
        self.files.put(key, sha256, number, content)

    async def drop_parts(self, key: str) -> None:
        self.files.drop(key)


def downloads(server: Server, parts: PictureParts, moved: list[int] | None = None) -> Downloads:
    told = [] if moved is None else moved
    return Downloads(server, Shelf(parts), told.append, now=lambda: 0.0)


def named(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.jpg"


async def test_a_small_one_takes_one_request(parts: PictureParts) -> None:
    server, moved = Server(b"small"), list[int]()
    assert await downloads(server, parts, moved).fetch(named(b"small")) == b"small"
    assert len(server.asked) == 1
    assert moved == [5]


async def test_a_cut_costs_one_piece_at_most_also_over_a_restart(parts: PictureParts) -> None:
    content = os.urandom(10 * PIECE_BYTES)
    server = Server(content, cuts={2, 3, 5})
    for _ in range(3):
        with pytest.raises(Unreachable):
            await downloads(server, parts).fetch(named(content))
    assert await downloads(server, parts).fetch(named(content)) == content
    assert server.given == len(content)
    assert all("If-Range" in asked for asked in server.asked[1:])


async def test_another_content_is_never_put_together_with_the_first(parts: PictureParts) -> None:
    old, new = os.urandom(3 * PIECE_BYTES), os.urandom(3 * PIECE_BYTES)
    server = Server(old, cuts={1})
    with pytest.raises(Unreachable):
        await downloads(server, parts).fetch("a_name.jpg")
    server.content = new
    assert await downloads(server, parts).fetch("a_name.jpg") == new


@pytest.mark.parametrize(
    "lie",
    [
        {"content-range": "bytes 0-4/5000000000"},
        {"content-range": "bytes 1-5/9"},
        {"content-range": "bytes 0-3/9"},
        {"content-range": "none"},
        {"etag": '"abc"'},
        {"etag": f'"{"0" * 64}"'},
    ],
)
async def test_what_does_not_fit_is_not_taken(parts: PictureParts, lie: dict[str, str]) -> None:
    server = Server(b"12345")
    server.lie = lie
    with pytest.raises(NotConfirmed):
        await downloads(server, parts).fetch("a.jpg")
    assert parts.get("a.jpg") == ("", [])


async def test_a_server_that_gives_a_byte_at_a_time_is_not_asked_for_ever(
    parts: PictureParts,
) -> None:
    class Drop(Server):
        def answer(self, headers: dict[str, str]) -> Reply:
            first = re.sub(r"-.*", "", headers["Range"]).removeprefix("bytes=")
            return super().answer({**headers, "Range": f"bytes={first}-{first}"})

    server = Drop(b"12345")
    with pytest.raises(NotConfirmed):
        await downloads(server, parts).fetch("a.jpg")
    assert len(server.asked) == 1


async def test_what_the_server_has_no_more_is_let_go_of(parts: PictureParts) -> None:
    content = os.urandom(3 * PIECE_BYTES)
    server = Server(content, cuts={1})
    with pytest.raises(Unreachable):
        await downloads(server, parts).fetch("a.jpg")
    assert parts.get("a.jpg")[1]

    class Gone(Server):
        def answer(self, headers: dict[str, str]) -> Reply:
            return Reply(404, {}, b"{}")

    with pytest.raises(NotFound):
        await downloads(Gone(b""), parts).fetch("a.jpg")
    assert parts.get("a.jpg") == ("", [])


async def test_a_page_of_something_else_costs_nothing_of_what_is_here(parts: PictureParts) -> None:
    content = os.urandom(3 * PIECE_BYTES)
    server = Server(content, cuts={1})
    with pytest.raises(Unreachable):
        await downloads(server, parts).fetch("a.jpg")

    class Portal(Server):
        def answer(self, headers: dict[str, str]) -> Reply:
            return Reply(200, {}, b"<html>Sign in to go on")

    with pytest.raises(NotConfirmed):
        await downloads(Portal(b""), parts).fetch("a.jpg")
    assert await downloads(server, parts).fetch("a.jpg") == content
    assert server.given == len(content)


async def test_a_piece_behind_the_end_begins_anew_at_once(parts: PictureParts) -> None:
    content = b"12345"
    parts.put("a.jpg", hashlib.sha256(content).hexdigest(), 0, content)
    server = Server(content)
    assert await downloads(server, parts).fetch("a.jpg") == content
    assert len(server.asked) == 2


async def test_a_server_that_has_no_such_part_at_all_is_not_asked_for_ever(
    parts: PictureParts,
) -> None:
    server = Server(b"")
    with pytest.raises(Refused):
        await downloads(server, parts).fetch("a.jpg")
    assert len(server.asked) == 1


@pytest.mark.parametrize("etag", ["", 'W/"5f-gzip"', '"not a hash"'])
async def test_a_picture_named_by_its_hash_needs_no_etag(parts: PictureParts, etag: str) -> None:
    """A proxy that packs answers names another one, or none."""
    content = os.urandom(3 * PIECE_BYTES)
    server = Server(content)
    server.lie = {"etag": etag}
    assert await downloads(server, parts).fetch(named(content)) == content
    with pytest.raises(NotConfirmed):
        await downloads(server, parts).fetch("an_other.jpg")


@pytest.mark.parametrize("said", [b"", b"<html>", b"x" * 100_000])
async def test_a_whole_answer_to_a_question_for_a_part_is_proved_too(
    parts: PictureParts, said: bytes
) -> None:
    class Whole(Server):
        def answer(self, headers: dict[str, str]) -> Reply:
            return Reply(200, {"etag": f'"{hashlib.sha256(said).hexdigest()}"'}, said)

    with pytest.raises(NotConfirmed):
        await downloads(Whole(b""), parts).fetch(named(b"another"))
    assert parts.get(named(b"another")) == ("", [])


async def test_a_damaged_piece_costs_what_lies_behind_it_and_nothing_more(
    tmp_path: Path, parts: PictureParts
) -> None:
    """The pieces behind it do not go on where the new one, of another size, ends."""
    content = os.urandom(40 * LEAST_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    for number in range(20):
        start = number * LEAST_BYTES
        parts.put(named(content), digest, number, content[start : start + LEAST_BYTES])
    files = BlobFiles(tmp_path / "part", bytes(32), bytes(16))
    files.path(f"{named(content)}#3").write_bytes(b"damaged")
    server = Server(content, cuts={2})
    with pytest.raises(Unreachable):
        await downloads(server, parts).fetch(named(content))
    assert await downloads(server, parts).fetch(named(content)) == content
    assert server.given == len(content) - 3 * LEAST_BYTES


async def test_a_name_that_no_server_can_have_is_not_asked_for(parts: PictureParts) -> None:
    server = Server(b"")
    with pytest.raises(NotFound):
        await downloads(server, parts).fetch("../steal")
    assert not server.asked


async def test_from_the_real_gateway_over_a_restart_of_the_program(
    site: Site, terminal: Terminal, parts: PictureParts
) -> None:
    """Half of it is kept in the store; what lies there is sealed, and goes when it is whole."""
    content = picture(7, 400)
    digest = hashlib.sha256(content).hexdigest()
    key = f"{digest}.jpg"
    blobs = terminal.store.blobs
    await blobs.put_part(key, digest, 0, content[:1000])
    assert await blobs.parts(key) == (digest, [content[:1000]])
    await blobs.put(key, content)
    assert await blobs.parts(key) == ("", [])


# --- what is kept --------------------------------------------------------------------------------


def test_pieces_are_sealed_and_damage_begins_anew(tmp_path: Path, parts: PictureParts) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    for number in range(3):
        parts.put("a.jpg", digest, number, b"piece %d" % number)
    files = sorted((tmp_path / "part").glob("??/*"))
    assert len(files) == 3
    assert not any(b"piece" in file.read_bytes() for file in files)
    assert parts.get("a.jpg") == (digest, [b"piece 0", b"piece 1", b"piece 2"])
    for file in files:
        damaged = bytearray(file.read_bytes())
        damaged[-1] ^= 1
        file.write_bytes(damaged)
        found = parts.get("a.jpg")[1]
        assert found == [b"piece %d" % number for number in range(len(found))]
        assert len(found) < 3


def test_pieces_of_two_contents_are_never_one(parts: PictureParts) -> None:
    one, two = (hashlib.sha256(name).hexdigest() for name in (b"1", b"2"))
    parts.put("a.jpg", one, 0, b"of one")
    parts.put("a.jpg", two, 1, b"of two")
    assert parts.get("a.jpg") == (one, [b"of one"])


def test_what_nobody_goes_on_with_is_let_go(tmp_path: Path) -> None:
    now = [0.0]
    parts = PictureParts(tmp_path / "part", bytes(32), bytes(16), now=lambda: now[0])
    parts.put("a.jpg", "00" * 32, 0, b"piece")
    (file,) = (tmp_path / "part").glob("??/*")
    now[0] = file.stat().st_mtime + KEPT_SECONDS - 1
    parts.forget_old()
    assert parts.get("a.jpg")[1]
    now[0] += 2
    parts.forget_old()
    assert not parts.get("a.jpg")[1]


# --- how large a piece is ------------------------------------------------------------------------


def test_pieces_grow_on_a_fast_link_and_shrink_where_it_breaks() -> None:
    size = PieceSize()
    for _ in range(10):
        size.took(size.bytes, 0.01)
    assert size.bytes == MOST_BYTES
    for _ in range(10):
        size.broke()
    assert size.bytes == LEAST_BYTES
    size.took(size.bytes, 0.01)
    assert size.bytes == int(1.25 * LEAST_BYTES), "wary after a break"
    size.took(10, 100.0)
    assert size.bytes == int(1.25 * LEAST_BYTES), "a last small one says nothing"
    size.took(size.bytes, 1000.0)
    assert size.bytes == LEAST_BYTES
