"""Tokens of an IAM, asked for over a socket."""

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from civictui.domain.errors import GatewayError, UsageError
from civictui.gateway.iam import GRANT, IamTokens
from tests.gateway.database.couchdb.backend import Answer, Asked, Backend, backend

KEY = "an api key & more"


class Time:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Tokens:
    """Hands out token-1, token-2 ..."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, asked: Asked) -> Answer:
        self.count += 1
        return Answer(body={"access_token": f"token-{self.count}", "expires_in": 3600, "x": 1})


@pytest.fixture
def iam() -> Iterator[Backend]:
    with backend(Tokens()) as running:
        yield running


async def test_a_token_is_asked_for_once_and_renewed_in_time(iam: Backend) -> None:
    time = Time()
    tokens = IamTokens(KEY, f"{iam.origin}/identity/token", time)
    assert set(await asyncio.gather(*(tokens.token() for _ in range(10)))) == {"token-1"}
    (asked,) = iam.asked
    assert (asked.method, asked.path) == ("POST", "/identity/token")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.text) == {"grant_type": [GRANT], "apikey": [KEY]}
    time.seconds = 2879
    assert await tokens.token() == "token-1"
    time.seconds = 2881
    assert await tokens.token() == "token-2"
    await tokens.close()


async def test_a_refused_token_is_not_used_again(iam: Backend) -> None:
    tokens = IamTokens(KEY, f"{iam.origin}/identity/token")
    tokens.forget("another")
    first = await tokens.token()
    tokens.forget(first)
    assert await tokens.token() != first
    await tokens.close()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"errorMessage": f"bad key {KEY}"}),
        Answer(body={"access_token": "", "expires_in": 3600}),
        Answer(body={"access_token": "a\r\nX: b", "expires_in": 3600}),
        Answer(body={"access_token": "a", "expires_in": 0}),
        Answer(body={"access_token": "a"}),
        Answer(body=b"<html>sign in</html>"),
        Answer(body=b'"' + b"x" * 100_000 + b'"'),
    ],
)
async def test_what_is_no_token_is_an_error_without_the_key(iam: Backend, answer: Answer) -> None:
    iam.answering = lambda _: answer
    tokens = IamTokens(KEY, f"{iam.origin}/identity/token")
    with pytest.raises(GatewayError) as error:
        await tokens.token()
    assert KEY not in f"{error.value} {error.value.advice} {tokens!r}"
    await tokens.close()


@pytest.mark.parametrize(
    "url", ["http://iam.example.org/token", "https://iam.example.org", "https://u:p@x.org/t", "x"]
)
def test_where_tokens_are_not_asked_for(url: str) -> None:
    with pytest.raises(UsageError) as error:
        IamTokens(KEY, url)
    assert ":p@" not in str(error.value)
