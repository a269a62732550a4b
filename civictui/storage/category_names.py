"""Which service the category of a report means, for all reports at once.

As `Services.called` has it. The words of reports come again and again: each is looked up once.
"""

from civictui.domain.model import NO_SERVICES, Service, Services
from civictui.domain.text import folded, one_line


class CategoryNames:
    """Of one state of the services; where they change, another one is made."""

    def __init__(self, services: Services = NO_SERVICES) -> None:
        self.services = services
        self._coded = {service.code: service for service in reversed(services.all)}
        self._called: dict[str, Service] = {}
        for service in reversed((*services.offered, *services.all)):
            self._called[folded(service.code)] = self._called[folded(service.name)] = service
        self._known: dict[str, tuple[str, str]] = {}

    def key(self, category: str) -> str:
        """What is equal for all words of one category: the service's code, else the word folded."""
        return self._read(category)[0]

    def name(self, category: str) -> str:
        """The name of its service, folded; "" without one."""
        return self._read(category)[1]

    def _read(self, category: str) -> tuple[str, str]:
        known = self._known.get(category)
        if known is None:
            word = folded(one_line(category))
            service = self._coded.get(category) or (self._called.get(word) if word else None)
            known = (service.code, folded(service.name)) if service else (word, "")
            self._known[category] = known
        return known
