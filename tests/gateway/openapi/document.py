"""docs/openapi.yaml, and what is wrong with an answer by it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import yaml  # type: ignore[import-untyped]

from civictui.codec import BadJson, decode

PATH: Final = Path(__file__).parents[3] / "docs" / "openapi.yaml"
METHODS: Final = ("get", "head", "options", "post", "put", "patch", "delete")
_WITH_SLASHES: Final = {"docid", "local", "service_code", "service_request_id", "rest"}
_ELSEWHERE: Final = {400, 401, 403, 404, 405, 431}
"""Where there is no operation: no token, barred, nothing here, another method, such a head."""

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    path: str
    method: str
    spec: Spec
    parameters: tuple[Spec, ...]

    @property
    def name(self) -> str:
        return str(self.spec["operationId"])


@cache
def document() -> dict[str, Any]:
    return dict(yaml.safe_load(PATH.read_text()))


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                spec = item[method]
                told = [*item.get("parameters", ()), *spec.get("parameters", ())]
                yield Operation(path, method, spec, tuple(map(resolved, told)))


def resolved(value: Spec) -> Spec:
    """What a `$ref` of the document leads to, or the value itself."""
    found: Any = document()
    if "$ref" not in value:
        return value
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return resolved(found)


def codes(name: str = "Code") -> list[str]:
    return list(document()["components"]["schemas"][name]["enum"])


def operation_at(method: str, path: str) -> Operation | None:
    """The operation that a request is for; a HEAD where there is none is the GET's."""
    fitting = [op for op in operations() if _pattern(op.path).fullmatch(path)]
    found = [op for op in fitting if op.method == method.lower()]
    found = found or [op for op in fitting if op.method == "get" and method == "HEAD"]
    return max(found, key=lambda op: _own_text(op.path), default=None)


def _own_text(path: str) -> int:
    return len(re.sub(r"\{\w+\}", "", path))


@cache
def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", path)
    texts = [re.escape(text) for text in pieces[::2]]
    groups = [_group(name) for name in pieces[1::2]]
    return re.compile("".join(a + b for a, b in zip(texts, [*groups, ""], strict=True)), re.DOTALL)


def _group(name: str) -> str:
    if name == "docid":
        return "[^_].*"  # below _ are the paths of the protocol
    return ".*" if name in _WITH_SLASHES else "[^/]+"


def faults_of(
    method: str,
    path: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    open311: bool = True,
) -> list[str]:
    """Why this answer to this request is none of the document's; empty where it is one.

    `headers` are asked for in lower case, `body` is not packed any more. `open311` is whether the
    gateway offers that.
    """
    is_off = path.startswith("/open311/") and not open311
    operation = None if is_off else operation_at(method, path)
    # The head is looked at before where it leads to.
    is_head = status == 431 or (status == 400 and headers.get("connection") == "close")
    if operation is None or is_head:
        return _elsewhere(path, status, body)
    spec = operation.spec["responses"].get(str(status))
    if spec is None:
        return [f"{operation.name} has no {status}"]
    said = resolved(spec)
    faults = [*_header_faults(said, headers)]
    if method != "HEAD":
        faults += _body_faults(said, headers.get("content-type", ""), body)
    return [f"{operation.name} {status}: {fault}" for fault in faults]


def _elsewhere(path: str, status: int, body: bytes) -> list[str]:
    if status not in _ELSEWHERE:
        return [f"{status} where there is no operation"]
    if not body or (path.startswith("/open311/") and not body.startswith((b"[", b"{"))):
        return []
    schema = "GeoErrors" if body.startswith(b"[") else "Problem"
    return _schema_faults({"$ref": f"#/components/schemas/{schema}"}, body)


def _header_faults(said: Spec, headers: Mapping[str, str]) -> Iterator[str]:
    for name, told in said.get("headers", {}).items():
        header, value = resolved(told), headers.get(name.lower())
        if value is None:
            if header.get("required"):
                yield f"no {name}"
        elif not _validator(_key(header["schema"])).is_valid(_typed(header["schema"], value)):
            yield f"{name}: {value!r}"


def _typed(schema: Spec, value: str) -> str | int:
    return int(value) if schema.get("type") == "integer" and value.isdigit() else value


def _body_faults(said: Spec, content_type: str, body: bytes) -> Iterator[str]:
    content = said.get("content")
    kind = content_type.partition(";")[0]
    if content is None:
        if body:
            yield f"a body of {kind}"
    elif kind and kind not in content:
        yield f"a body of {kind}"
    elif schema := content.get(kind, {}).get("schema"):
        yield from _schema_faults(schema, body)


def _schema_faults(schema: Spec, body: bytes) -> list[str]:
    try:
        value = decode(body, depth=100)
    except BadJson as error:
        return [str(error)]
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in _validator(_key(schema)).iter_errors(value)
    ]


_SCHEMAS: dict[str, Spec] = {}


def _key(schema: Spec) -> str:
    key = repr(schema)
    _SCHEMAS[key] = schema
    return key


@cache
def _validator(key: str) -> jsonschema_rs.Validator:
    whole = {**_SCHEMAS[key], "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
