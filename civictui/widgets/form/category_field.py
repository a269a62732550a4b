"""A field for the category: any text, with the city's own categories to choose from."""

from civictui.domain.model import NO_SERVICES, Service, Services
from civictui.domain.text import folded, one_line
from civictui.keys import CATEGORY
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.form.proposing_field import ProposingField

NOT_OFFERED = "none of the city's categories: kept as you wrote it"
RETIRED = "the city does not offer this one any more"
_NAMED = 4
"""So many fitting categories are named in the remark."""


class CategoryField(ProposingField, inherit_bindings=False):
    """Enter goes on with the category that is meant: the one shown behind the cursor, or the only
    one that fits. Down and Up go through all that fit, and Tab goes on with what is written.
    """

    BINDINGS = bindings(CATEGORY)

    def __init__(self, category: str, *, edit: bool = False, id: str) -> None:  # noqa: A002
        """With `edit`, `category` is what a report says: that stays unless something is typed."""
        super().__init__(category, id=id)
        self._began = category
        self._edit = edit
        self._services = NO_SERVICES

    @property
    def category(self) -> str:
        """The code of the category that is named, else what is written; "" for nothing."""
        text = one_line(self.value)
        known = self._services.coded(self._began)
        if text in (one_line(self._began), known.name if known else ""):
            return self._began  # byte for byte
        service = self.service
        return service.code if service else text

    @property
    def service(self) -> Service | None:
        return self._services.called(self.value)

    def offer(self, services: Services) -> None:
        """The city's categories; one that stands in the field by its code is shown by its name."""
        category = self.category
        self._services = services
        count = len(services.offered)
        down = bound_name(self, "category.next")
        more = f", or {down}: {count} to choose from" if down else ""
        self.placeholder = f"type a word of it{more}" if count else ""
        if service := services.coded(category):
            self.show(service.name)

    def remark(self) -> str:
        """What is to be said of what stands in the field."""
        service, text = self.service, one_line(self.value)
        if service and service.retired:
            return RETIRED
        if service:
            return service.description or service.group
        if not (text and self._services):
            return ""
        fitting, meant = self._services.fitting(text), self.meant
        others = [service.name for service in fitting if service != meant]
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        ways = [_way(bound_name(self, "line.go_on"), meant.name)] if meant else []
        if others:
            names = f"{', '.join(others[:_NAMED])}{more}"
            ways.append(_way(bound_name(self, "category.next"), names))
        return "; ".join(ways) or NOT_OFFERED

    @property
    def meant(self) -> Service | None:
        """The category for which what is written stands, None where it is none, or one already."""
        text = one_line(self.value)
        if not text or self.service or (self._edit and text == one_line(self._began)):
            return None
        fitting = self._services.fitting(text)
        begins = bool(fitting) and folded(fitting[0].name).startswith(folded(text))
        return fitting[0] if begins or len(fitting) == 1 else None

    async def action_submit(self) -> None:
        if meant := self.meant:
            self.show(meant.name)
        await super().action_submit()

    def fitting(self, stem: str) -> list[str]:
        return [service.name for service in self._services.fitting(stem)]

    @property
    def is_chosen(self) -> bool:
        return bool(self.service)


def _way(key: str, names: str) -> str:
    return f"{key}: {names}" if key else names
