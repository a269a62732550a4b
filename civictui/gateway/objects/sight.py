"""Who may see a picture: who has no area, who has sent it, and who sees a report that names it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from civictui.gateway.viewer import Viewer


class Leaves(Protocol):
    """The documents as one viewer sees them."""

    async def leaves(self, key: str) -> list[tuple[str, bool]]:
        """The leaves of a document; none of one that this viewer does not see."""
        ...


Naming = Callable[[str], Awaitable[list[str]]]
"""The ids of living documents that name a picture."""
Scoped = Callable[[Viewer], Leaves]
Sees = Callable[[Viewer, str], Awaitable[bool]]


async def without_area(viewer: Viewer, key: str) -> bool:
    """`Sees` where nobody knows which documents name the picture."""
    return viewer.area is None


class Sight:
    """Whether pictures are there for somebody, by the documents that name them."""

    def __init__(self, naming: Naming, scoped: Scoped) -> None:
        self._naming = naming
        self._scoped = scoped

    async def __call__(self, viewer: Viewer, key: str) -> bool:
        if viewer.area is None:
            return True
        reading = self._scoped(viewer)
        for document in await self._naming(key):
            if await reading.leaves(document):
                return True
        return False
