"""The city's categories: which documents define one, beside the index of the reports."""

from collections.abc import Callable, Iterable, Iterator

from civictui.domain.model import NO_SERVICES, SERVICE, Doc, Service, Services
from civictui.storage.report_entry import Glimpse
from civictui.storage.report_index import ReportIndex


class ServiceIndex:
    """`Observer` of the documents: it keeps the ids of definitions, and tells the report index."""

    glimpse = Glimpse

    def __init__(self, reports: ReportIndex) -> None:
        self._reports = reports
        self._ids: set[str] = set()
        self._read: Services | None = NO_SERVICES
        """What they say, None where that has to be read anew."""

    def read(self, get: Callable[[str], Doc | None]) -> Services:
        """What the documents of `type: service` define now, as far as they can be read."""
        if self._read is None:
            self._read = self._defined(get)
        return self._read

    def _defined(self, get: Callable[[str], Doc | None]) -> Services:
        docs = (get(key) for key in sorted(self._ids))
        found = (Service.from_doc(doc) for doc in docs if doc is not None)
        return Services.of(service for service in found if service is not None)

    def load(self, found: Iterable[tuple[str, Glimpse]]) -> None:
        self._reports.load(self._seen(found))

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        self._reports.begin(self._begun(found))

    def observe(self, key: str, doc: Doc | None) -> None:
        if key in self._ids:
            self._ids.discard(key)
            self._read = None
        if doc is not None and doc.get("type") == SERVICE:
            self._note(key)
        self._reports.observe(key, doc)

    def _seen(self, found: Iterable[tuple[str, Glimpse]]) -> Iterator[tuple[str, Glimpse]]:
        """All of it, on its way: there may be 50,000, and only once are they looked at."""
        for key, body in found:
            if body.type == SERVICE:
                self._note(key)
            yield key, body

    def _begun(self, found: Iterable[tuple[str, Doc]]) -> Iterator[tuple[str, Doc]]:
        for key, body in found:
            if body.get("type") == SERVICE:
                self._note(key)
            yield key, body

    def _note(self, key: str) -> None:
        self._ids.add(key)
        self._read = None
