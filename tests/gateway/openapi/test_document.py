"""The document has all routes and codes that the gateway has, and no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.routing import Route

import civictui.gateway
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.offer import Offer
from civictui.gateway.operation import Operation
from tests.conftest import MovableClock
from tests.gateway.openapi.document import PATH, codes, operations

GATEWAY = Path(civictui.gateway.__file__).parent
PAGE = PATH.with_name("gateway.md").read_text()
REFUSING = {"no_database", "nothing"}
"""Routes of these answer 404 whatever is asked: what is not in the document."""
NAMES = {"{id}.{form}": "{service_request_id}.{format}", "{code}": "{service_code}"}
"""What the document calls parameters by GeoReport's names."""


async def test_all_routes_are_in_the_document_and_no_others(
    folder: GatewayFolder, clock: MovableClock
) -> None:
    operation = Operation(metrics_token="a token of its own")
    app = build(folder, clock=clock, cost=CHEAP, open311=Offer(), operation=operation)
    here = {said for route in app.routes if isinstance(route, Route) for said in routed(route)}
    await app.state.backends.close()
    assert {(op.method.upper(), op.path) for op in operations()} == here


def routed(route: Route) -> Iterator[tuple[str, str]]:
    path = re.sub(r"(\w+):whole", r"\1", route.path)
    for theirs, ours in NAMES.items():
        path = path.replace(theirs, ours)
    path = path.replace("{form}", "{format}")
    if route.name in REFUSING or path == "/db/civic/":  # as without the slash
        return
    for method in route.methods or ():
        # Every GET may be HEAD; where that is something else the document says so.
        if method != "HEAD" or "/objects/" in path or "/uploads/" in path:
            yield method, path


def test_the_codes_of_the_page_are_those_of_the_document() -> None:
    table = PAGE.partition("## Codes")[2].partition("\n## ")[0]
    told = [
        c
        for row in re.findall(r"^\|([^|]+)\|", table, re.MULTILINE)
        for c in re.findall("`(.+?)`", row)
    ]
    assert len(told) == len(set(told))
    assert set(told) == set(codes()) - {"disconnected"}, "nobody is there to read that one"
    (listed,) = re.findall(r"In the list that `_bulk_docs` answers: (.+?)\.\n", table, re.DOTALL)
    assert re.findall("`(.+?)`", listed) == codes("RefusalCode")


def test_all_codes_of_the_source_are_in_the_document() -> None:
    raised = {code for tree in trees() for node in ast.walk(tree) for code in raised_by(node)}
    assert raised <= set(codes()) | set(codes("RefusalCode"))


def test_the_source_has_all_codes_of_the_document() -> None:
    nodes = (node for tree in trees() for node in ast.walk(tree))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    assert set(codes()) | set(codes("RefusalCode")) <= texts


def trees() -> Iterator[ast.Module]:
    """The gateway's modules without Open311's: those tell the status alone."""
    for path in sorted(GATEWAY.rglob("*.py")):
        if "open311" not in path.parts:
            yield ast.parse(path.read_text())


def raised_by(node: ast.AST) -> Iterator[str]:
    """The code of a call that makes a Problem or a refusal, where it stands there as a text."""
    places = {"Problem": 1, "Refused": 0, "_later": 0}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
        given = node.args[places[node.func.id] :]
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            yield given[0].value
