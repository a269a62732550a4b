"""Lines of the log that nobody takes cost nobody anything but these lines."""

import fcntl
import io
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.journal import LOGGER
from civictui.gateway.operation import JSON, TEXT
from civictui.gateway.process.lines import write_to
from tests.gateway.process.running import PATIENCE_SECONDS

SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", 1031)
PIPE_BYTES = 16384
MANY = 600


@contextmanager
def pipe() -> Iterator[tuple[int, io.TextIOWrapper]]:
    """A small one: the end that is read, and the other as a stream."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, SET_PIPE_SIZE, PIPE_BYTES)
    with os.fdopen(writing, "w") as stream:
        yield reading, stream


def come(reading: int) -> list[str]:
    os.set_blocking(reading, False)
    content = b""
    try:
        while piece := os.read(reading, 65536):
            content += piece
    except BlockingIOError:
        pass
    return content.decode().splitlines()


@pytest.mark.parametrize("log_format", [TEXT, JSON])
def test_a_reader_who_stands_still_is_told_what_is_missing(log_format: str) -> None:
    with pipe() as (reading, stream):
        write_to(stream, log_format)
        for number in range(MANY):
            LOGGER.info("line %d", number)
        first = come(reading)
        LOGGER.info("the next one")
        *_, about, following = come(reading)
        write_to(None)
        os.close(reading)
    assert 0 < len(first) < MANY
    assert all("line" in line for line in first)
    assert f"nobody took: {MANY - len(first)}" in about
    assert "the next one" in following


def test_a_reader_who_is_gone_is_not_waited_for(capfd: pytest.CaptureFixture[str]) -> None:
    with pipe() as (reading, stream):
        os.close(reading)
        write_to(stream)
        LOGGER.info("a line")
        write_to(None)
    assert capfd.readouterr() == ("", "")


def test_an_error_is_as_long_as_a_pipe_takes_at_once() -> None:
    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        raise KeyError("a canary")

    for log_format in (TEXT, JSON):
        stream = io.StringIO()
        write_to(stream, log_format)
        try:
            deep(500)
        except KeyError as error:
            LOGGER.error("a request failed", exc_info=error)
        write_to(None)
        assert len(stream.getvalue()) < 4096
        assert "deep (" in stream.getvalue()


def test_libraries_say_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    write_to(None)
    quiet = logging.getLogger("a.library")
    quiet.propagate, quiet.parent = True, None  # as where pytest does not listen
    quiet.warning("https://s3.example.org/canary.jpg could not be read")
    assert capfd.readouterr() == ("", "")


@pytest.mark.e2e
@pytest.mark.parametrize("is_gone", [False, True], ids=["stands still", "is gone"])
def test_a_gateway_serves_and_ends_whoever_reads_its_log(
    folder: GatewayFolder, is_gone: bool
) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, SET_PIPE_SIZE, PIPE_BYTES)
    command = [sys.executable, "-m", "civictui", "serve", f"--data-dir={folder.path}", "--port=0"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=writing) as process:
        try:
            os.close(writing)
            said = b""
            while not (found := re.search(rb"listening on port (\d+)\n", said)):
                said += os.read(reading, 4096)
            if is_gone:
                os.close(reading)
            origin = f"http://127.0.0.1:{int(found[1])}"
            with httpx.Client(base_url=origin, trust_env=False, timeout=PATIENCE_SECONDS) as http:
                for _ in range(MANY):
                    assert http.get("/livez").status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()
    if not is_gone:
        os.close(reading)


@pytest.mark.e2e
def test_a_gateway_that_was_begun_without_any_output_ends_well(folder: GatewayFolder) -> None:
    socket_of_manager = folder.path.parent / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(socket_of_manager))
        manager.settimeout(PATIENCE_SECONDS)
        serve = f"{sys.executable} -m civictui serve --data-dir={folder.path} --port=0"
        told = {**os.environ, "NOTIFY_SOCKET": str(socket_of_manager)}
        command = ["sh", "-c", f"exec {serve} <&- >&- 2>&-"]
        with subprocess.Popen(command, env=told) as process:
            try:
                assert manager.recv(1024) == b"READY=1"
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE_SECONDS) == 0
            finally:
                process.kill()


def test_a_stream_that_was_closed_fails_nobody() -> None:
    with pipe() as (reading, stream):
        write_to(stream)
    LOGGER.info("to nobody")
    write_to(None)
    os.close(reading)
