"""What the gateway knows of one user on one device: pieces of knowledge that add up.

All times are RFC 3339 in UTC as `now_text` writes them, so that the later one is the greater text;
"" is never.
"""

from dataclasses import astuple, dataclass, fields
from typing import Any, NamedTuple, Protocol, Self


class Caller(Protocol):
    """Whose request it is, as the grant of a session says it."""

    @property
    def device(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def version(self) -> str: ...


class Key(NamedTuple):
    """The same person on two terminals is two, and so are two persons on one."""

    device: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a device says that it has not delivered. Drafts are a person's unfinished words."""

    unsent_reports: int = 0
    unsent_photos: int = 0
    needs_attention: int = 0
    drafts: int = 0

    @property
    def is_nothing(self) -> bool:
        return not any(astuple(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the register, or what is to be added to one."""

    device: str
    user: str
    name: str = ""
    """As the device calls itself."""
    version: str = ""
    first: str = ""
    last: str = ""
    """When it was heard."""
    documents: int = 0
    """How many revisions were accepted, and when the last one was."""
    last_document: str = ""
    pictures: int = 0
    last_picture: str = ""
    holds: Holdings | None = None
    told: str = ""
    """When it said what it holds."""
    knew: bool = False
    """Whether it knew then that it is disabled: one that does not may be written on afterwards."""

    @property
    def key(self) -> Key:
        return Key(self.device, self.user)

    @property
    def holds_something(self) -> bool:
        return self.holds is not None and not self.holds.is_nothing

    def merged(self, news: "Entry") -> "Entry":
        """What was known, and what was heard after it: counts add up, and the later word holds."""
        said = news if news.told else self
        return Entry(
            device=self.device,
            user=self.user,
            name=news.name or self.name,
            version=news.version or self.version,
            first=self.first or news.first,
            last=max(self.last, news.last),
            documents=self.documents + news.documents,
            last_document=max(self.last_document, news.last_document),
            pictures=self.pictures + news.pictures,
            last_picture=max(self.last_picture, news.last_picture),
            holds=said.holds,
            told=said.told,
            knew=said.knew,
        )

    @classmethod
    def from_doc(cls, doc: dict[str, Any]) -> Self:
        """What another version of the program has written besides is passed over.

        Raises TypeError, KeyError for what is none.
        """
        holds = doc["holds"]
        said = {**doc, "holds": None if holds is None else Holdings(**_known(Holdings, holds))}
        return cls(**_known(cls, said))


def _known(kind: type[Holdings] | type[Entry], doc: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in doc.items() if name in names}
