"""The terminal's side of a visit: reads every byte, draws it, compares, and counts."""

import fcntl
import json
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from civictui.terminal.display.cells import is_sure
from tests.pty.allowed import Gauge
from tests.terminal.display.emulator import Emulator

COLUMNS, ROWS = 80, 24
_MARK = re.compile(rb"\x1b\]0;step (\d+)\x07")
_PATIENCE = 60.0
"""Seconds without a sign of life after which a visit is given up."""


@dataclass
class Visited:
    """What a visit has shown."""

    gauge: Gauge = field(default_factory=Gauge)
    steps: Counter[str] = field(default_factory=Counter)
    """By the name of the screen."""
    faults: list[str] = field(default_factory=list)
    is_clean: bool = True
    """Whether what draws cleans. Else the toolkit counts some characters in two ways; the display
    then fills or cuts the line in which they are.
    """

    def visit(self, strings: Sequence[str], **plan: Any) -> None:
        """Send a visitor through all screens, and look at everything that reaches the terminal."""
        self.is_clean = plan.get("walls") != "gate"
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        # Through a pipe and not as an argument: it would have to be short, and without NUL.
        usual = {"strings": list(strings), "walls": "both", "thorough": False, "long_way": False}
        ours, theirs = os.pipe()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.pty.visitor", str(ours)],
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            pass_fds=(ours,),
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        ) as visitor:
            os.close(slave)
            os.close(ours)
            with os.fdopen(theirs, "w", encoding="ascii") as told:
                json.dump(usual | plan, told)
            try:
                self._watch(visitor, master)
            finally:
                visitor.kill()
                os.close(master)

    def _watch(self, visitor: "subprocess.Popen[bytes]", master: int) -> None:
        assert visitor.stdout
        emulator, pending, said = Emulator(COLUMNS, ROWS), b"", visitor.stdout.fileno()
        words, open_ends, heard = b"", {master, said}, time.monotonic()
        while open_ends:
            ready = select.select(open_ends, [], [], 1.0)[0]
            assert ready or time.monotonic() < heard + _PATIENCE, _text(emulator)
            heard = time.monotonic() if ready else heard
            for end in ready:
                content = _read(end)
                if not content:
                    open_ends.discard(end)
                elif end == said:
                    words += content
                else:
                    pending += content
            while (mark := _MARK.search(pending)) and b"\n" in words:
                self._draw(emulator, pending[: mark.start()])
                pending = pending[mark.end() :]
                line, _, words = words.partition(b"\n")
                self._compare(emulator, json.loads(line))
        self._draw(emulator, pending, last=True)
        if code := visitor.wait(_PATIENCE):
            last = pending[-6000:].decode("utf-8", "replace")
            self.faults.append(f"the visitor ended with {code}:\n{last}")

    def _draw(self, emulator: Emulator, content: bytes, *, last: bool = False) -> None:
        self.gauge.take(content, last=last)
        emulator.stream.feed(content)

    def _compare(self, emulator: Emulator, said: dict[str, Any]) -> None:
        """Whether the terminal shows what it should, and the frame of the screen is in place."""
        name = said["name"]
        self.steps[name] += 1
        moved = [
            (x, y, emulator.buffer[y][x].data, sign)
            for y, row in enumerate(said["rows"])
            for x, sign in enumerate(row)
            if sign and is_sure(sign) and emulator.buffer[y][x].data != sign
        ]
        if moved:
            self.faults.append(f"{name}: moved {moved[:4]}\n{_text(emulator)}")
        last = "".join(emulator.buffer[ROWS - 1][x].data for x in range(COLUMNS))
        if not last.startswith(said["footer"]):
            self.faults.append(
                f"{name}: the footer {said['footer']!r} is not on\n{_text(emulator)}"
            )
        if said["uneven"] and self.is_clean:
            self.faults.append(f"{name}: lines {said['uneven']} are uneven\n{_text(emulator)}")


def _read(end: int) -> bytes:
    try:
        return os.read(end, 1 << 16)
    except OSError:  # Linux: nobody has the other side of the terminal open any more
        return b""


def _text(emulator: Emulator) -> str:
    return "\n".join(line.rstrip() for line in emulator.display)
