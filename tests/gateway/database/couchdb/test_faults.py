"""A backend that is slow, silent, lying, too large or unfriendly: 503, in bounded time, no more."""

import asyncio
import gzip
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from civictui.clock import SystemClock
from civictui.domain.errors import UsageError
from civictui.gateway.backing import Backing
from civictui.gateway.database.couchdb.database import CouchDatabase
from civictui.gateway.database.couchdb.opening import signed_link
from civictui.gateway.database.couchdb.upstream import Terms, address_of
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer
from tests.gateway.database.couchdb.backend import Answer, Asked, Backend, backend
from tests.gateway.database.couchdb.recorded import LEAVES, Recorded
from tests.gateway.peer import report

SECRET = "s3cret of the gateway"
QUICK = Terms(at_once=4, queue=0.3, silence=0.3, whole=1.5, pauses=(0.01,))
HTML = Answer(body=b"<html>maintenance</html>")


@pytest.fixture
def there() -> Iterator[Backend]:
    with backend(Recorded()) as running:
        yield running


@asynccontextmanager
async def database(there: Backend, terms: Terms = QUICK) -> AsyncIterator[CouchDatabase]:
    backing = Backing(database=there.url, database_user="gateway", database_password=SECRET)
    signed, path = signed_link(backing)
    opened = CouchDatabase(signed, path, SystemClock(), terms)
    try:
        yield opened
    finally:
        await opened.close()


async def everything(found: CouchDatabase) -> None:
    """Every question and write; each must raise Problem 503 and nothing else."""
    sender = Viewer("demo")
    calls = [
        found.info(),
        found.position("now"),
        found.changes("0", 10),
        found.changes("0", 10, include_docs=True),
        found.leaves("r1"),
        found.revs_diff({"r1": ["1-a"]}),
        found.bulk_get([("r1", "1-a"), ("r2", None)]),
        found.naming("x.jpg"),
        found.earlier_updates(["r1"], "0"),
        found.bulk_docs([report("r8"), report("r9")], sender),
        found.get_local("demo", "x"),
        found.put_local("demo", "x", {}),
    ]
    for said in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(said, Problem), said
        assert (said.status, said.code) == (503, "backend_unavailable")
        assert int(said.headers["Retry-After"]) > 0
        assert SECRET not in f"{said} {said.body}"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {"error": "internal_server_error", "reason": "no"}),
        Answer(502, b"bad gateway"),
        Answer(503, {}, {"Retry-After": "1"}),
        Answer(401, {"error": "unauthorized", "reason": "Name or password is incorrect."}),
        Answer(403, {"error": "forbidden", "reason": "You are not allowed to access this db."}),
        Answer(404, {"error": "not_found", "reason": "Database does not exist."}),
        Answer(302, b"", {"Location": "http://192.0.2.1/"}),
        HTML,
        Answer(body=[]),
        Answer(body=b"[" * 100_000),
        Answer(body=b'{"results"', length=10_000),
    ],
    ids=str,
)
async def test_an_answer_that_is_none(there: Backend, answer: Answer) -> None:
    there.answering = lambda _: answer
    async with database(there, Terms(silence=2, whole=20, pauses=(0.01,))) as found:
        await everything(found)


async def test_a_backend_that_says_nothing(there: Backend) -> None:
    def silent(_: Asked) -> Answer:
        there.stopping.wait(30)
        return HTML

    there.answering = silent
    async with asyncio.timeout(20), database(there) as found:
        await everything(found)


async def test_a_backend_that_is_not_there() -> None:
    with backend(Recorded()) as there:
        pass
    async with database(there) as found:
        await everything(found)


async def test_an_answer_that_is_too_large(there: Backend) -> None:
    bomb = Answer(body=gzip.compress(b" " * 40_000_000), headers={"Content-Encoding": "gzip"})
    there.answering = lambda _: bomb
    async with database(there, Terms(silence=5, whole=30, pauses=())) as found:
        with pytest.raises(Problem) as problem:
            await found.changes("0", 1000)
        assert problem.value.code == "backend_unavailable"


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(there: Backend) -> None:
    recorded = Recorded()

    def heavy(asked: Asked) -> Answer:
        if asked.path.endswith("_changes") and int(asked.params["limit"]) > 100:
            return Answer(body=b" " * 17_000_000)
        return recorded(asked)

    there.answering = heavy
    async with database(there, Terms(silence=5, pauses=())) as found:
        assert len((await found.changes("0", 1000)).rows) == 5


async def test_an_answer_about_other_documents_is_none(there: Backend) -> None:
    recorded = Recorded()

    def lying(asked: Asked) -> Answer:
        if asked.params.get("open_revs"):
            return Answer(body=[{"ok": LEAVES["r1"][0]}])
        return recorded(asked)

    there.answering = lying
    async with database(there) as found:
        with pytest.raises(Problem):
            await found.leaves("r2")
        with pytest.raises(Problem):
            await found.bulk_docs([report("r2")], Viewer("demo"))
    assert not there.saw("POST", "_bulk_docs")


async def test_a_failed_request_is_made_again(there: Backend) -> None:
    recorded, failed = Recorded(), iter([True])

    def sometimes(asked: Asked) -> Answer:
        if asked.path.endswith("_bulk_docs") and next(failed, False):
            return Answer(503, {})
        return recorded(asked)

    there.answering = sometimes
    async with database(there) as found:
        assert await found.bulk_docs([report("r8")], Viewer("demo")) == []
    assert len(there.saw("POST", "_bulk_docs")) == 2


async def test_so_many_are_asked_at_once_and_no_more(there: Backend) -> None:
    recorded = Recorded()
    running: list[int] = []
    most: list[int] = []

    def counted(asked: Asked) -> Answer:
        running.append(1)
        most.append(len(running))
        there.stopping.wait(0.02)
        running.pop()
        return recorded(asked)

    there.answering = counted
    terms = Terms(at_once=3, pauses=())
    async with database(there, terms) as found:
        await asyncio.gather(*(found.leaves("r1") for _ in range(20)))
    assert max(most) <= 3


async def test_secrets_are_in_no_repr_and_no_log(
    there: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = Answer(401, {"error": "unauthorized", "reason": f"not {SECRET}"})
    there.answering = lambda _: refused
    backing = Backing(database=there.url, database_user="gateway", database_password=SECRET)
    signed, path = signed_link(backing)
    opened = CouchDatabase(signed, path, SystemClock(), QUICK)
    with pytest.raises(Problem) as problem:
        await opened.info()
    await opened.close()
    told = f"{backing!r} {signed!r} {opened!r} {problem.value!r} {problem.value.body} {caplog.text}"
    assert SECRET not in told
    assert there.asked[0].headers["authorization"].startswith("Basic ")
    assert there.asked[0].headers["authorization"] not in told


@pytest.mark.parametrize(
    "url",
    [
        "http://couch.example.org/reports",
        "https://couch.example.org",
        "https://couch.example.org/reports?x=1",
        "https://u:secret@couch.example.org/reports",
        "https://couch.example.org/../reports",
        "ftp://couch.example.org/reports",
        "reports",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError) as error:
        address_of(url)
    assert "secret" not in str(error.value)


def test_the_address_of_a_database_below_a_path() -> None:
    assert address_of("https://x.example.org/couch/reports/") == (
        "https://x.example.org",
        "/couch/reports",
    )


async def test_an_iam_key_signs_in_by_its_tokens(there: Backend) -> None:
    recorded = Recorded()
    tokens = iter(["token-1", "token-2", "token-3"])

    def both(asked: Asked) -> Answer:
        if asked.path == "/identity/token":
            return Answer(body={"access_token": next(tokens), "expires_in": 3600})
        if asked.headers["authorization"] == "Bearer token-1":
            return Answer(401, {"error": "unauthorized", "reason": "exp not in future"})
        return recorded(asked)

    there.answering = both
    backing = Backing(
        database=there.url,
        database_iam_key=os.urandom(8).hex(),
        iam_token_url=f"{there.origin}/identity/token",
    )
    signed, path = signed_link(backing)
    opened = CouchDatabase(signed, path, SystemClock(), QUICK)
    assert len(await opened.leaves("r1")) == 2
    await opened.close()
    assert there.asked[-1].headers["authorization"] == "Bearer token-2"
