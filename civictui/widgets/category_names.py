"""What a category is called: a report has a code of the city's for it, or a word of its own."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from civictui.domain.model import Services
from civictui.domain.text import one_line

NameOf: TypeAlias = Callable[[str], str]
_REMEMBERED = 500


def names_of(services: Services) -> NameOf:
    """The service's name, else the word itself, clean; quick for what was asked before."""

    @lru_cache(maxsize=_REMEMBERED)
    def name_of(category: str) -> str:
        service = services.called(category) if category else None
        return service.name if service else one_line(category)

    return name_of
