"""What of a table is what of a document, as the mapping file says it. Pure."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    """RFC 3339 in the document; a time without a zone is one in UTC."""
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    """Both together are the document's `geoLocation`."""


class Flow(StrEnum):
    """Which way a column goes."""

    BOTH = "both"
    TO_CITY = "to-city"
    TO_TABLE = "to-table"


class Keys(StrEnum):
    """What the key of a new row is."""

    OF_TABLE = "table"
    """The database gives it, as to a column that counts up."""
    OF_DOCUMENT = "document"
    """The document's id."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `words` translates what stands in it; it is by the column's word."""

    name: str
    field: str
    kind: Kind = Kind.TEXT
    flow: Flow = Flow.BOTH
    needed: bool = False
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def comes(self) -> bool:
        """Whether a change of it goes to the city."""
        return self.flow is not Flow.TO_TABLE

    @property
    def goes(self) -> bool:
        """Whether it is written here."""
        return self.flow is not Flow.TO_CITY


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """A whole mapping file."""

    url: str
    password: str = dataclasses.field(default="", repr=False)
    side_tables: str = "civictui"
    """What the names of our own tables begin with."""
    table: str
    schema: str | None = None
    key: str
    new_keys: Keys = Keys.OF_TABLE
    document: str | None = None
    """The column that holds the document's id; filled in by us."""
    changed: str | None = None
    """A column that is another one whenever the row is: rows where it is the same are not read."""
    account: str
    """`reportedBy` of what begins in the table: the account with which the city is spoken to."""
    constants: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    withdraws: bool = True
    """Whether a row that is gone withdraws its report."""
    most_gone: int = 20
    """So many rows may go between two looks; of more none is withdrawn until somebody says so."""
    deletes: bool = False
    """Whether a report that is withdrawn deletes its row."""
    gone: tuple[str, Any] | None = None
    """Or the column, and the value that it gets then."""
