"""The categories of a city for tests: those of `tests/data/services.json`."""

from pathlib import Path

from civictui.domain.model import Doc, Service, Services
from civictui.gateway.services_file import definitions_of

FILE = Path(__file__).parent / "data" / "services.json"


def documents() -> list[Doc]:
    return definitions_of(FILE.read_bytes())


def services(*docs: Doc) -> Services:
    """Those that are defined by `docs`, by default by the file."""
    found = (Service.from_doc(doc) for doc in docs or documents())
    return Services.of(service for service in found if service)


def defined(code: str = "lamp", *questions: Doc, **members: object) -> Doc:
    """A definition with these questions."""
    return {
        "_id": f"service:{code}",
        "type": "service",
        "service_code": code,
        "service_name": code.title(),
        "attributes": list(questions),
        **members,
    }
