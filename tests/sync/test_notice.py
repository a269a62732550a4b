"""The operator's notice, asked for before anybody signs in."""

import asyncio

import pytest

from civictui.domain.errors import GatewayError, Unreachable
from civictui.domain.model.policy import MOST_WORDS
from civictui.sync import notice
from tests.faults.hostile import Between
from tests.site import Terminal
from tests.sync.operator import Operator


async def test_it_is_asked_for_without_a_session_and_names_nobody(
    one: Terminal, between: Between, operator: Operator
) -> None:
    assert await one.session.notice(between.origin) == ""
    operator.put(message="Depot closed on Monday.\nUse gate 2.")
    assert await one.session.notice(between.origin) == "Depot closed on Monday.\nUse gate 2."
    assert between.seen == ["GET /v1/notice"] * 2


async def test_it_steers_no_terminal_and_has_an_end(one: Terminal, between: Between) -> None:
    words = "\x1b]52;c;aGk=\x07Hello\u202e " + "x" * 5000
    between.rule = lambda *_: (200, {"message": words})
    said = await one.session.notice(between.origin)
    assert said.startswith("Hello x")
    assert len(said) <= MOST_WORDS
    assert said.replace(" ", "").isalnum()


@pytest.mark.parametrize("body", [{}, {"message": None}, {"message": ["x"]}])
async def test_one_without_words_is_none(one: Terminal, between: Between, body: object) -> None:
    between.rule = lambda *_: (200, body)
    assert await one.session.notice(between.origin) == ""


@pytest.mark.parametrize("status", [404, 405])
async def test_an_older_gateway_has_none(one: Terminal, between: Between, status: int) -> None:
    between.rule = lambda *_: (status, {"error": "not_found"})
    assert await one.session.notice(between.origin) == ""


@pytest.mark.parametrize(
    ("status", "body"), [(503, {"error": "busy"}), (200, [1]), (200, b"<html>Sign in here")]
)
async def test_what_is_no_answer_is_said(
    one: Terminal, between: Between, status: int, body: object
) -> None:
    between.rule = lambda *_: (status, body)
    with pytest.raises(GatewayError):
        await one.session.notice(between.origin)


async def test_it_keeps_nobody_waiting(one: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "NOTICE_SECONDS", 0.05)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable):
        await one.session.notice(f"http://127.0.0.1:{port}")
    server.close()
    await server.wait_closed()
