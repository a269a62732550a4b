"""What a city wants to be told of: its categories, each with questions of its own.

A definition is a document of `type: service` in the words of Open311's GeoReport v2
(<https://wiki.open311.org/GeoReport_v2/>, "service definition"): `service_code`, `service_name`,
`description`, `group`, `keywords`, and `attributes`, each with `code`, `order`, `description`,
`datatype`, `required`, `datatype_description`, `values` of `key` and `name`, and `variable`.
`retired` is ours: the definition is no longer offered, but reports refer to it.

`from_doc` accepts whatever comes and takes what it can read, within bounds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from civictui.domain.model.values import Doc, is_number, text_of
from civictui.domain.text import folded, one_line

SERVICE: Final = "service"
"""The `type` of the documents."""
PREFIX: Final = "service:"
"""Before the code in their ids."""

MOST_SERVICES: Final = 500
MOST_QUESTIONS: Final = 50
MOST_CHOICES: Final = 200
CODE_CHARACTERS: Final = 100
NAME_CHARACTERS: Final = 200
TEXT_CHARACTERS: Final = 1_000
MOST_KEYWORDS: Final = 50
_LAST: Final = 1e9
"""The order of a question that says none."""


class Kind(StrEnum):
    """What an answer is, in GeoReport's words for it."""

    STRING = "string"
    TEXT = "text"
    NUMBER = "number"
    DATE = "datetime"
    ONE = "singlevaluelist"
    MANY = "multivaluelist"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers: `key` is stored, `name` is shown."""

    key: str
    name: str

    @classmethod
    def from_doc(cls, value: object) -> Self | None:
        if not isinstance(value, Mapping):
            return None
        key = _code(value.get("key"))
        return cls(key, _line(value.get("name"), NAME_CHARACTERS) or key) if key else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a report of one category. Without `asked` it is only said."""

    code: str
    text: str
    kind: Kind = Kind.STRING
    required: bool = False
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    asked: bool = True

    @classmethod
    def from_doc(cls, value: object) -> Self | None:
        """None for what has no code, and for a choice among nothing."""
        if not isinstance(value, Mapping) or not (code := _code(value.get("code"))):
            return None
        kind = _kind(value.get("datatype"))
        choices = _choices(value.get("values"))
        if kind in (Kind.ONE, Kind.MANY) and not choices:
            kind = Kind.STRING
        return cls(
            code=code,
            text=_line(value.get("description"), TEXT_CHARACTERS) or code,
            kind=kind,
            required=_is_true(value.get("required")),
            hint=_line(value.get("datatype_description"), TEXT_CHARACTERS),
            choices=choices if kind in (Kind.ONE, Kind.MANY) else (),
            asked=value.get("variable") not in (False, "false"),
        )

    def name_of(self, key: str) -> str:
        """How a choice is called; itself where it is none."""
        return next((choice.name for choice in self.choices if choice.key == key), key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A category of reports. All its texts are clean and on one line; its code is the city's."""

    code: str
    name: str
    description: str = ""
    group: str = ""
    keywords: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    retired: bool = False

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self | None:
        """Read a document of `type: service`; None where it has no code that can be read."""
        code = _code(doc.get("service_code"))
        if not code:
            return None
        return cls(
            code=code,
            name=_line(doc.get("service_name"), NAME_CHARACTERS) or code,
            description=_line(doc.get("description"), TEXT_CHARACTERS),
            group=_line(doc.get("group"), NAME_CHARACTERS),
            keywords=_keywords(doc.get("keywords")),
            questions=_questions(doc.get("attributes")),
            retired=_is_true(doc.get("retired")),
        )

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions if question.code == code), None)

    @property
    def _words(self) -> str:
        return folded(" ".join((self.name, self.code, self.group, *self.keywords)))

    def holds(self, words: Iterable[str]) -> bool:
        """Whether every one of these folded words is in its name, code, group or keywords."""
        said = self._words
        return all(word in said for word in words)


@dataclass(frozen=True, slots=True)
class Services:
    """All definitions that a store has, by group and name."""

    all: tuple[Service, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Service]) -> Self:
        """Of two with the same code the first counts, one that is not retired before others."""
        by_code: dict[str, Service] = {}
        for service in found:
            known = by_code.get(service.code)
            if known is None or (known.retired and not service.retired):
                by_code[service.code] = service
        return cls(tuple(sorted(by_code.values(), key=_by_group)[:MOST_SERVICES]))

    def __iter__(self) -> Iterator[Service]:
        return iter(self.all)

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def offered(self) -> list[Service]:
        return [service for service in self.all if not service.retired]

    def coded(self, code: str) -> Service | None:
        """The one with exactly this code."""
        return next((service for service in self.all if service.code == code), None)

    def called(self, text: str) -> Service | None:
        """The one that a person means: by its code, else by its code or name in any case."""
        if found := self.coded(text):
            return found
        wanted = folded(one_line(text))
        named = [s for s in (*self.offered, *self.all) if wanted in (folded(s.code), _name(s))]
        return named[0] if wanted and named else None

    def fitting(self, text: str) -> list[Service]:
        """Those offered that have every word of `text` in them; a name that begins so is first."""
        wanted = folded(one_line(text))
        found = [service for service in self.offered if service.holds(wanted.split())]
        return sorted(found, key=lambda service: not _name(service).startswith(wanted))


NO_SERVICES: Final = Services()


def _name(service: Service) -> str:
    return folded(service.name)


def _by_group(service: Service) -> tuple[str, str, str]:
    return folded(service.group), _name(service), service.code


def _line(value: object, characters: int) -> str:
    """A text as it will be shown, cut where it is beyond reason."""
    return one_line(text_of(value)[: 4 * characters])[:characters].strip()


def _code(value: object) -> str:
    """A code as it is; "" for what could not be typed and shown as it is, or is too long."""
    text = str(value) if is_number(value) else text_of(value)
    return text if len(text) <= CODE_CHARACTERS and one_line(text) == text else ""


def _kind(value: object) -> Kind:
    return next((kind for kind in Kind if kind == text_of(value).lower()), Kind.STRING)


def _is_true(value: object) -> bool:
    """GeoReport's JSON has booleans, some servers the words of its XML."""
    return value is True or value == "true"


def _keywords(value: object) -> tuple[str, ...]:
    """From a list, or from one text with commas as GeoReport has it."""
    listed = value if isinstance(value, list) else text_of(value)[:TEXT_CHARACTERS].split(",")
    words = (_line(word, CODE_CHARACTERS) for word in listed[:MOST_KEYWORDS])
    return tuple(word for word in words if word)


def _choices(value: object) -> tuple[Choice, ...]:
    listed = value if isinstance(value, list) else []
    found = (Choice.from_doc(item) for item in listed[:MOST_CHOICES])
    return tuple({choice.key: choice for choice in found if choice}.values())


def _questions(value: object) -> tuple[Question, ...]:
    """In their order, as far as it is said; each code once."""
    listed = value if isinstance(value, list) else []
    found: dict[str, tuple[float, Question]] = {}
    for item in listed[:MOST_QUESTIONS]:
        if question := Question.from_doc(item):
            found.setdefault(question.code, (_order(item), question))
    return tuple(question for _, question in sorted(found.values(), key=lambda pair: pair[0]))


def _order(item: Doc) -> float:
    value = item.get("order")
    known = isinstance(value, int | float) and is_number(value) and abs(value) < _LAST
    return float(value or 0) if known else _LAST
