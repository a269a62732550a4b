"""The lines of the log, on their way to whoever reads them: he may be gone, or stand still.

An error is told by its class and by where it arose, never by its message: that holds what it met.
What libraries say of themselves is not told at all.
"""

import logging
import os
import select
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from civictui.codec import encode
from civictui.gateway.journal import LOGGER, NUMBER, Served
from civictui.gateway.operation import JSON, TEXT

_SERVER_LOGGER = logging.getLogger("uvicorn.error")
_INNERMOST = 24
"""Lines of an error: with them it is one write that a pipe takes at once, 4 KiB."""


def write_to(stream: TextIO | None, log_format: str = TEXT) -> None:
    """Send both programs' lines to `stream`, or nowhere; the root logger never sees them."""
    plain = WhereNotWhat("%(asctime)s %(levelname)s %(message)s")
    for logger in (LOGGER, _SERVER_LOGGER):
        for former in list(logger.handlers):
            logger.removeHandler(former)
        handler = Lines(stream) if stream else logging.NullHandler()
        handler.setFormatter(OneObjectALine() if log_format == JSON else plain)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    logging.lastResort = logging.NullHandler()


class Lines(logging.Handler):
    """Writes each line at once or not at all.

    A full pipe, a full disk and a reader who is gone cost lines, and nothing waits for them. How
    many they were is said when there is room again.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        if self._lost and self._written(_about(self._lost)):
            self._lost = 0
        if self._lost or not self._written(record):
            self._lost += 1

    def _written(self, record: logging.LogRecord) -> bool:
        line = f"{self.format(record)}\n"
        with suppress(OSError, ValueError):  # the latter where the stream is closed
            file = _descriptor(self._stream)
            if file is None:
                return bool(self._stream.write(line))
            content = line.encode(errors="backslashreplace")
            return _takes(file) and os.write(file, content) == len(content)
        return False


def _about(lost: int) -> logging.LogRecord:
    words = "lines of the log that nobody took: %d"
    return LOGGER.makeRecord(LOGGER.name, logging.WARNING, __file__, 0, words, (lost,), None)


def _descriptor(stream: TextIO) -> int | None:
    """None where it is no file of the system's. Raises ValueError where it is closed."""
    with suppress(OSError):
        return stream.fileno()
    return None


def _takes(file: int) -> bool:
    """Whether a write of 4 KiB does not wait."""
    return bool(select.select([], [file], [], 0)[1])


class WhereNotWhat(logging.Formatter):
    """Formats an error as its class and the lines it came through, without its message."""

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]",  # noqa: E501
    ) -> str:
        kind, _, trace = ei
        return "\n".join([*(f"  {line}" for line in _lines(trace)), kind.__name__ if kind else ""])


class OneObjectALine(logging.Formatter):
    """The same as JSON, for whoever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "note"),
        }
        served: Served | None = getattr(record, "served", None)
        if served:
            said |= _told(served)
        else:
            said["message"] = record.getMessage()
            if number := NUMBER.get():
                said["request"] = number
        if record.exc_info:
            kind, _, trace = record.exc_info
            said |= {"error": kind.__name__ if kind else "", "lines": _lines(trace)}
        return encode(said).decode()


def _told(served: Served) -> dict[str, Any]:
    said: dict[str, Any] = {
        "event": "request",
        "request": served.number,
        "method": served.method,
        "route": served.route,
        "status": served.status,
        "ms": round(served.seconds * 1000),
        "bytes_in": served.bytes_in,
        "bytes_out": served.bytes_out,
    }
    return said | ({"code": served.code} if served.code else {})


def _lines(trace: TracebackType | None) -> list[str]:
    """From the outside to where it arose."""
    found = traceback.extract_tb(trace)[-_INNERMOST:]
    return [f"{f.name} ({f.filename}:{f.lineno})" for f in found]
