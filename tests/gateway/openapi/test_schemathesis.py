"""Requests by the hundred, made from the document: right ones, wrong ones, and none is a 500.

Every answer is one of the document's, comes in time, and what breaks the document is refused. So
that this is not about refusals alone, each operation is asked at first what must succeed, and what
is made then has the real ids, tokens and sequences of that in it, half of the time.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from civictui.gateway.accounts import attempts
from civictui.gateway.routes import queries
from tests.gateway.openapi.document import document, operations
from tests.gateway.openapi.living import METRICS, PIECE, Living, Request
from tests.torture.counts import FULL

Made: TypeAlias = Case[Any]
Strategy: TypeAlias = SearchStrategy[Made]

pytestmark = [pytest.mark.e2e, pytest.mark.torture]

EXAMPLES = 300 if FULL else 20
SECONDS = 20.0
"""Until an answer is there: more is a gateway that hangs."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.config.generation = GenerationConfig(with_security_parameters=False)
SCHEMA.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]
NO_HTTP = b"This is no HTTP request."
"""What is said before the application sees it, of a Content-Length that is no number, say."""
JUDGED_ONE_BY_ONE = {"/db/civic/_bulk_docs"}
"""Documents that are wrong are named in the answer, and stop no others."""


@schemathesis.serializer(PIECE)
def as_it_is(_: SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Where no wrong password blocks anybody, and a longpoll is over soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempts, "TRIES", dict.fromkeys(attempts.TRIES, 1_000_000))
        patch.setattr(queries, "LONGEST_WAIT", 0.02)
        with Living.begun(tmp_path_factory.mktemp("living")) as living:
            yield living


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("name", [op.name for op in operations()])
def test_an_operation(living: Living, session: requests.Session, name: str) -> None:
    living.sign_in()
    operation, seen = SCHEMA.find_operation_by_id(name), Counter[int]()

    def ask(case: Made) -> None:
        if name == "signOut":
            living.sign_in()
        if not is_wrong(case):
            give(living, name, case.body)
        seen[answered(living, session, case)] += 1

    for _ in range(2):
        ask(operation.Case(**living.good(name)))
    assert all(200 <= status < 300 for status in seen), seen
    if any(True for _ in operation.iter_parameters()) or operation.body:
        for strategy in right(operation, living.good(name)):
            each(strategy, ask)
        with suppress(Unsatisfiable):  # some take whatever there is
            each(operation.as_strategy(GenerationMode.NEGATIVE), ask)
        assert seen.total() > EXAMPLES


def give(living: Living, name: str, body: object) -> None:
    """What the gateway knows its sender by: without it each would be refused for that alone."""
    if name == "geoPost" and isinstance(body, dict):
        body |= living.form()
    docs = body.get("docs") if name == "bulkDocs" and isinstance(body, dict) else ()
    for doc in docs or ():
        doc["reportedBy"] = "demo"


def is_wrong(case: Made) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_negative


def right(operation: APIOperation[Any, Any, Any, Any], good: Request) -> Iterator[Strategy]:
    """What fits the document, and the same about what is there."""
    yield operation.as_strategy(GenerationMode.POSITIVE)
    kept = {k: v for k, v in good.items() if k in ("path_parameters", "headers", "query")}
    if kept:
        yield operation.as_strategy(GenerationMode.POSITIVE, **kept)


def each(strategy: Strategy, ask: Callable[[Made], None]) -> None:
    settled = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settled(given(strategy)(ask))()


def answered(living: Living, session: requests.Session, case: Made) -> int:
    """The status of an answer, checked."""
    is_metrics = case.operation.path == "/metrics"
    headers = {"Authorization": f"Bearer {METRICS}"} if is_metrics else living.authorization
    answer = case.call(living.origin, session=session, headers=headers, timeout=SECONDS)
    if NO_HTTP in answer.content:
        return answer.status_code
    is_refused = is_wrong(case) and case.operation.path not in JUDGED_ONE_BY_ONE
    checks = [*CHECKS, negative_data_rejection] if is_refused else CHECKS
    case.validate_response(answer, checks=checks)
    return answer.status_code
