"""The person's pager, for long text: fed through a pipe, it leaves nothing on the disk.

Only `less` is started, whatever `PAGER` says: of it is known that it can be kept from starting an
editor or a shell and from writing what it shows, or what was searched for, into a file. (`more` of
util-linux starts a shell.) It runs as a job of its own, which ends when whoever waits for it is
cancelled: when the terminal locks, or is hung up.
"""

import asyncio
import os
import shlex
import shutil
import signal
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import Final

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

LESS: Final = "less"
SECURE: Final = {
    "LESSSECURE": "1",
    "LESSSECURE_ALLOW": "",
    "LESSHISTFILE": "-",
    "LESS": "",
    "LESSOPEN": "",
    "LESSCLOSE": "",
}
"""No shell, no editor, no file; nor options that would leave the text on the screen."""
GRACE: Final = 1.0
"""Seconds in which a pager that is told to end may do so by itself."""
_STAGE: Final = b"\x1b[?1049h\x1b[2J\x1b[H"
"""The other screen, empty: what the pager writes does not stay above the prompt."""


def pager_of(environ: Mapping[str, str]) -> str:
    """The path of the pager. Raises UsageError where there is none that may be used."""
    wanted = _named(environ) or LESS
    if (name := PurePath(wanted).name) != LESS:
        raise UsageError(
            f"PAGER is {one_line(name)}, which might start a shell or write what it shows to disk",
            f"Set it to {LESS}.",
        )
    if path := shutil.which(wanted, path=environ.get("PATH")):
        return path
    raise UsageError(f"There is no pager here: {one_line(wanted)} is not found", f"Install {LESS}.")


def _named(environ: Mapping[str, str]) -> str:
    """The program that PAGER names, without its options."""
    with suppress(ValueError):
        words = shlex.split(environ.get("PAGER", ""))
        return words[0] if words else ""
    return ""


async def page(path: str, text: str, terminal: int) -> None:
    """Show `text` until the person has read it; `terminal` is a descriptor of the terminal.

    Nobody else may read from it or write to it meanwhile. Raises UsageError where the program does
    not start. Once cancelled, it ends the pager first.
    """
    with _restored(terminal):
        await _clear(terminal)
        try:
            process = await _started(path, terminal)
        except OSError as error:
            raise UsageError(f"{path} does not start: {error.strerror}") from error
        try:
            _give(terminal, process.pid)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)  # it may have asked for the terminal before
            await process.communicate(text.encode("utf-8", "replace"))
        finally:
            await _end(process)
        await _clear(terminal)


async def _clear(terminal: int) -> None:
    """In a thread: a terminal may take nothing for a while."""
    with suppress(OSError):
        await asyncio.to_thread(os.write, terminal, _STAGE)


async def _started(path: str, terminal: int) -> asyncio.subprocess.Process:
    """As a job of its own, which the keyboard cannot stop: nobody would have it go on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
    try:
        return await asyncio.create_subprocess_exec(
            path,
            stdin=asyncio.subprocess.PIPE,
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, **SECURE},
            process_group=0,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Whatever it has started goes with it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            break
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await process.wait()


def _give(terminal: int, group: int) -> None:
    """Let the keys of the terminal go to this process group; without job control nothing is done.

    Who asks from the background would be stopped for it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _restored(terminal: int) -> Iterator[None]:
    """Afterwards the terminal is ours and as it was, also where the pager was killed."""
    attributes = None
    with suppress(termios.error):
        attributes = termios.tcgetattr(terminal)
    try:
        yield
    finally:
        _give(terminal, os.getpgrp())
        if attributes is not None:
            with suppress(termios.error):
                termios.tcsetattr(terminal, termios.TCSANOW, attributes)
