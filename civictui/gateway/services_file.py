"""The file in which an administrator writes a city's categories and their questions.

JSON in the words of Open311's GeoReport v2: `{"services": [...]}` or the list alone. Nothing in it
is guessed: what is misspelt, missing or too long is refused with the place where it stands.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from civictui.codec import BadJson, decode
from civictui.couchdb.paths import is_name_in_paths
from civictui.domain.errors import UsageError
from civictui.domain.model import SERVICE, Doc, Kind
from civictui.domain.model.services import (
    CODE_CHARACTERS,
    MOST_CHOICES,
    MOST_KEYWORDS,
    MOST_QUESTIONS,
    MOST_SERVICES,
    NAME_CHARACTERS,
    PREFIX,
    TEXT_CHARACTERS,
)
from civictui.domain.text import one_line

FILE_BYTES: Final = 4_000_000
AUTHOR: Final = "administrator"
"""`reportedBy` of the definitions that come from a file."""
_HOW: Final = "docs/gateway.md says what the file looks like; nothing was written."
_LISTS: Final = (Kind.ONE, Kind.MANY)
_SERVICE: Final = {
    "service_code", "service_name", "description", "group", "keywords", "attributes",
    "metadata", "type",
}  # fmt: skip
"""The last two are GeoReport's and mean nothing here."""
_QUESTION: Final = {
    "code", "order", "description", "datatype", "required", "datatype_description", "values",
    "variable",
}  # fmt: skip


def read_definitions(path: Path) -> list[Doc]:
    """The documents that the file makes, without revisions. Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name a JSON file.") from error
    if len(content) > FILE_BYTES:
        raise UsageError(f"{path} has more than {FILE_BYTES} bytes", _HOW)
    return definitions_of(content)


def definitions_of(content: bytes) -> list[Doc]:
    """The same of the file's text. Raises UsageError."""
    try:
        said = decode(content)
    except BadJson as error:
        raise UsageError(f"The file is {one_line(str(error))[:200]}", _HOW) from error
    listed = said.get("services") if isinstance(said, dict) else said
    return _each(listed, "service", MOST_SERVICES, _definition, "_id", "")


def _definition(said: Mapping[str, Any], where: str) -> Doc:
    _only(said, _SERVICE, where)
    code = _code(said, "service_code", where)
    where = f"service {code}"
    doc: Doc = {
        "_id": f"{PREFIX}{code}",
        "type": SERVICE,
        "reportedBy": AUTHOR,
        "service_code": code,
        "service_name": _text(said, "service_name", NAME_CHARACTERS, where, needed=True),
        "description": _text(said, "description", TEXT_CHARACTERS, where),
        "group": _text(said, "group", NAME_CHARACTERS, where),
        "keywords": _keywords(said.get("keywords"), where),
        "attributes": _questions(said.get("attributes"), where),
    }
    return {name: value for name, value in doc.items() if value not in ("", [])}


def _keywords(value: object, where: str) -> list[str]:
    listed = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
        raise _wrong(where, "has `keywords` that are no list of texts")
    words = [word for word in (one_line(word) for word in listed) if word]
    if len(words) > MOST_KEYWORDS or any(len(word) > CODE_CHARACTERS for word in words):
        raise _wrong(where, f"has more than {MOST_KEYWORDS} keywords, or one that is too long")
    return words


def _questions(value: object, where: str) -> list[Doc]:
    if value is None:
        return []
    made = _each(value, "attribute", MOST_QUESTIONS, _question, "code", f"{where}: ")
    return sorted(made, key=lambda question: question["order"])


def _question(said: Mapping[str, Any], where: str) -> Doc:
    _only(said, _QUESTION, where)
    kind = said.get("datatype", Kind.STRING.value)
    if kind not in list(Kind):
        raise _wrong(where, f"has a `datatype` that is none of {', '.join(Kind)}")
    if (kind in _LISTS) != bool(said.get("values")):
        raise _wrong(where, f"has `values` without being a {' or '.join(_LISTS)}, or none for one")
    doc: Doc = {
        "code": _code(said, "code", where),
        "order": _order(said, where),
        "description": _text(said, "description", TEXT_CHARACTERS, where, needed=True),
        "datatype": kind,
        "required": _flag(said, "required", where, absent=False),
        "datatype_description": _text(said, "datatype_description", TEXT_CHARACTERS, where),
        "variable": _flag(said, "variable", where, absent=True),
    }
    if kind in _LISTS:
        doc["values"] = _each(said["values"], "value", MOST_CHOICES, _choice, "key", f"{where}: ")
    return {name: value for name, value in doc.items() if value != ""}


def _choice(said: Mapping[str, Any], where: str) -> Doc:
    _only(said, {"key", "name"}, where)
    key = _code(said, "key", where)
    return {"key": key, "name": _text(said, "name", NAME_CHARACTERS, where) or key}


# --- members ---


def _each(
    value: object,
    noun: str,
    most: int,
    read: Callable[[Mapping[str, Any], str], Doc],
    name: str,
    before: str,
) -> list[Doc]:
    """Read each object of a list; what they have under `name` is there once."""
    if not isinstance(value, list) or not value or len(value) > most:
        raise _wrong(f"{before}the {noun}s", f"are no list of 1 to {most}")
    made: list[Doc] = []
    for place, item in enumerate(value, 1):
        where = f"{before}{noun} {place}"
        if not isinstance(item, dict):
            raise _wrong(where, "is no object")
        made.append(read(item, where))
        if any(other[name] == made[-1][name] for other in made[:-1]):
            raise _wrong(where, "has the code of another one")
    return made


def _only(said: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for name in said:
        if name not in known:
            raise _wrong(where, f"has a member `{one_line(name)[:40]}`, which nothing reads")


def _text(
    said: Mapping[str, Any], name: str, most: int, where: str, *, needed: bool = False
) -> str:
    value = said.get(name)
    text = one_line(value) if isinstance(value, str) else ""
    if (value is not None and not isinstance(value, str)) or (needed and not text):
        raise _wrong(where, f"has no text as `{name}`")
    if len(text) > most:
        raise _wrong(where, f"has a `{name}` of more than {most} characters")
    return text


def _code(said: Mapping[str, Any], name: str, where: str) -> str:
    code = _text(said, name, CODE_CHARACTERS, where, needed=True)
    if code != said[name]:
        raise _wrong(where, f"has a `{name}` with blanks around it, or signs that no one sees")
    if not is_name_in_paths(f"{PREFIX}{code}"):
        raise _wrong(where, f"has a `{name}` that leads elsewhere in a path")
    return code


def _flag(said: Mapping[str, Any], name: str, where: str, *, absent: bool) -> bool:
    value = said.get(name, absent)
    if not isinstance(value, bool):
        raise _wrong(where, f"has a `{name}` that is neither true nor false")
    return value


def _order(said: Mapping[str, Any], where: str) -> int:
    """Without one a question stands where it is written: `attribute 3` is the third."""
    value = said.get("order", int(where.rpartition(" ")[2]))
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 1_000_000:
        raise _wrong(where, "has an `order` that is no whole number")
    return value


def _wrong(where: str, what: str) -> UsageError:
    return UsageError(f"In the file, {where} {what}", _HOW)
