"""All that is counted, in a registry of its own.

No label holds anything of anybody: a route is its pattern, a status its class, and all others are
one of a few words.
"""

import platform
import shutil
from collections.abc import Callable
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from civictui import __version__
from civictui.gateway.journal import Served

_SIGN_IN = ("POST", "/v1/session")
_OUTCOMES = {
    "wrong_credentials",
    "blocked",
    "busy",
    "backend_unavailable",
    "device_disabled",
    "bad_request",
}
_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
"""A body may take ten minutes on a thin line, and then it is as good as one that took a second."""


class Meter:
    """Belongs to the event loop, like the requests that it counts."""

    def __init__(self, folder: Path, held: Callable[[], int]) -> None:
        """`folder` is where the data lies, `held` says how many longpolls wait."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._counts = _Counts(self._registry)
        self._building().info({"version": __version__, "python": platform.python_version()})
        self.show("longpolls_held", "Requests that wait for something to be written.", held)
        self.show(
            "free_bytes",
            "Room on the disk of the data folder.",
            lambda: shutil.disk_usage(folder).free,
        )

    def show(self, name: str, text: str, value: Callable[[], float]) -> None:
        """One number more, asked for whenever somebody looks."""
        Gauge(f"civictui_{name}", text, registry=self._registry).set_function(value)

    def began(self) -> None:
        self._counts.in_progress.inc()

    def ended(self, served: Served) -> None:
        counts = self._counts
        counts.in_progress.dec()
        where = (served.method, served.route)
        counts.requests.labels(*where, _class_of(served.status)).inc()
        counts.received.labels(*where).inc(served.bytes_in)
        counts.sent.labels(*where).inc(served.bytes_out)
        if not served.held:
            counts.seconds.labels(*where).observe(served.seconds)
        if where == _SIGN_IN:
            counts.sign_ins.labels(_outcome(served)).inc()
        counts.documents.labels("taken").inc(served.taken)
        counts.documents.labels("refused").inc(served.refused)
        counts.uploads.inc(served.finished)
        if served.backend:
            counts.backend_failures.labels(served.backend).inc()

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self._registry)

    def _building(self) -> Info:
        return Info("civictui_build", "What runs here.", registry=self._registry)


class _Counts:
    """What grows with the requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"civictui_{name}", text, labels, registry=registry)

        where = ("method", "route")
        self.requests = counter("requests", "Requests that were answered.", *where, "status")
        self.received = counter("received_bytes", "Bodies of requests, as they came.", *where)
        self.sent = counter("sent_bytes", "Bodies of answers, as they went.", *where)
        self.sign_ins = counter("sign_ins", "Sign-ins by how they ended.", "outcome")
        self.documents = counter("documents", "Documents that were sent here.", "outcome")
        self.uploads = counter("uploads_finished", "Uploads that have become a picture.")
        self.backend_failures = counter(
            "backend_failures", "Requests that failed for want of a backend.", "backend"
        )
        self.seconds = Histogram(
            "civictui_request_seconds",
            "Time of a request, held longpolls left out.",
            where,
            buckets=_SECONDS,
            registry=registry,
        )
        self.in_progress = Gauge(
            "civictui_requests_in_progress", "Requests under way.", registry=registry
        )
        for outcome in ("taken", "refused"):
            self.documents.labels(outcome)
        for backend in ("database", "objects", "accounts"):
            self.backend_failures.labels(backend)


def _class_of(status: int) -> str:
    return f"{status // 100}xx" if status else "none"


def _outcome(served: Served) -> str:
    if not served.code:
        return "done" if served.status == 200 else "none"
    return served.code if served.code in _OUTCOMES else "refused"
