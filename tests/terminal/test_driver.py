"""What comes from a terminal: keys, bytes that are none, and its end."""

import os
import pty
import signal
import threading
import tty
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from textual import events
from textual.message import Message

from civictui.terminal.driver import STANDARD_ERROR, STANDARD_OUTPUT, TerminalDriver, screen
from civictui.terminal.input_end import InputEnd


class Keys(TerminalDriver):
    """The reading half, on a terminal of the test's own."""

    def __init__(self, fileno: int) -> None:
        self.fileno = fileno
        self.exit_event = InputEnd()
        self._debug = False
        self.heard: list[str] = []

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.heard.append(message.key)
            if message.key == "q":
                self.exit_event.set()


@pytest.fixture
def ends() -> Iterator[SimpleNamespace]:
    keyboard, terminal = pty.openpty()
    tty.setraw(terminal)
    both = SimpleNamespace(keyboard=keyboard, terminal=terminal)
    yield both
    for end in (both.keyboard, both.terminal):
        if end >= 0:
            os.close(end)


def test_a_stray_byte_does_not_end_the_keyboard(ends: Any) -> None:
    os.write(ends.keyboard, b"a\xff\xfeb\xc3\xa9q")
    driver = Keys(ends.terminal)
    driver.run_input_thread()
    assert [key for key in driver.heard if key.isalpha()] == ["a", "b", "é", "q"]


def test_an_esc_alone_is_a_key_and_letters_behind_it_are_others(ends: Any) -> None:
    driver = Keys(ends.terminal)
    reading = threading.Thread(target=driver.run_input_thread)
    reading.start()
    os.write(ends.keyboard, b"\x1b")
    while driver.heard != ["escape"]:
        pass
    os.write(ends.keyboard, b"\x1b[Aq")
    reading.join(10)
    assert driver.heard == ["escape", "up", "q"]


def test_nobody_looks_at_a_keyboard_that_is_silent(
    ends: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patiences: list[float | None] = []
    driver = Keys(ends.terminal)
    look = driver._has_input

    def has_input(patience: float | None) -> bool:
        patiences.append(patience)
        return look(patience)

    monkeypatch.setattr(driver, "_has_input", has_input)
    reading = threading.Thread(target=driver.run_input_thread)
    reading.start()
    driver.exit_event.set()
    reading.join(10)
    assert not reading.is_alive(), "the end of input wakes it"
    assert set(patiences) <= {None}


def test_a_terminal_that_is_gone_is_a_hang_up(ends: Any) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _: heard.append(number))
    try:
        os.close(ends.keyboard)
        ends.keyboard = -1
        Keys(ends.terminal)._run_input_thread()
        assert heard == [signal.SIGHUP]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_end_of_input_without_an_error_is_a_hang_up_too() -> None:
    read, write = os.pipe()
    os.close(write)
    with pytest.raises(EOFError):
        Keys(read).run_input_thread()
    os.close(read)


def test_the_screen_is_not_drawn_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda fileno: fileno == STANDARD_OUTPUT)
    assert screen() == STANDARD_OUTPUT
    monkeypatch.setattr(os, "isatty", lambda _: True)
    assert screen() == STANDARD_ERROR
