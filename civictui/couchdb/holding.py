"""How long a request for news may be held open, and when its silence means that the line is dead.

A server that is asked for heartbeats sends a blank every minute, so that silence for longer is a
line that broke unseen. What stands between may end a quiet line before that: then the blanks come
more often. Or it swallows them (a proxy that collects answers): after such a silence the next few
requests are short ones, which need none.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from civictui.domain.errors import Unreachable

HEARTBEAT = 60.0
"""Seconds between the blanks that are asked for, where nothing ends the line before."""
_SHORTEST = 15.0
_A_WHILE = 1.0
"""A line that breaks before is broken, and not ended for being quiet."""
_MISSED = 1.5
"""So many heartbeats of silence are a dead line."""
_UNBEATEN = 50.0
"""How long a request without heartbeats is held."""
_WARY_REQUESTS = 20
_GRACE = 15.0
"""Seconds that an answer may come later than its timeout."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one held request asks for, and what is waited for, in seconds."""

    params: dict[str, str]
    silence: float
    longest: float
    """After that it is given up, whatever comes: in CouchDB a heartbeat overrules the timeout."""


class Holding:
    """The terms of one server's held requests, learnt from how the last ones ended."""

    def __init__(self, heartbeat: float = HEARTBEAT) -> None:
        self._heartbeat = self._longest = heartbeat
        self._wary = 0

    def terms(self, wait: float) -> Terms:
        if self._wary or wait <= self._heartbeat:
            wait = min(wait, _UNBEATEN)
            return Terms({"timeout": _milliseconds(wait)}, wait + _GRACE, wait + 2 * _GRACE)
        beats = {"timeout": _milliseconds(wait), "heartbeat": _milliseconds(self._heartbeat)}
        return Terms(beats, _MISSED * self._heartbeat, wait + _GRACE)

    @contextmanager
    def noting(self, terms: Terms) -> Iterator[None]:
        """Learn from how the request inside ends."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._wary = max(0, self._wary - 1)
        try:
            yield
        except Unreachable:
            self._broke(terms, loop.time() - began)
            raise
        self._heartbeat = min(self._longest, 2 * self._heartbeat)

    def _broke(self, terms: Terms, held: float) -> None:
        if "heartbeat" in terms.params and held >= terms.silence:
            self._wary = _WARY_REQUESTS
        elif held >= _A_WHILE:
            self._heartbeat = max(_SHORTEST, self._heartbeat / 2)


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))
