"""What a person typed into a form, cleaned and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from civictui.domain.errors import UsageError
from civictui.domain.model import (
    AddressSource,
    Answer,
    Draft,
    LocationSource,
    Question,
    Report,
    Service,
    Services,
    now_text,
)
from civictui.domain.model.answers import answers_of, is_empty, is_wanting, missing, value_of
from civictui.domain.text import clean, one_line

DESCRIPTION_CHARACTERS = 20_000
FIELD_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Fields:
    description: str
    category: str
    address: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """The answers as they are stored."""


def checked(draft: Draft, services: Services, before: Report | None = None) -> Fields:
    """The words of a draft as they will be stored; `before` is what an edit began with.

    Raises UsageError for what will not do.
    """
    description = clean(draft.description).strip()
    if not description:
        raise UsageError("A report needs a description", "Say in a few words what is wrong.")
    _limit("description", description, DESCRIPTION_CHARACTERS)
    address, category = one_line(draft.address), one_line(draft.category)
    _limit("address", address, FIELD_CHARACTERS)
    _limit("category", category, FIELD_CHARACTERS)
    if before is None or draft.category != before.category:
        service = services.called(category)
        category = service.code if service else category
    else:
        category, service = before.category, services.called(before.category)
    attributes = _answered(draft, service, services, before)
    return Fields(description, category, address, attributes)


def located(draft: Draft, device: datetime) -> dict[str, Any]:
    """How the place of a report came to be known; `device` is what the clock shows here."""
    location: dict[str, Any] = {
        "source": str(draft.place_source or LocationSource.TYPED),
        "at": draft.place_at or now_text(device),
    }
    if draft.place_accuracy is not None:
        location["accuracy"] = draft.place_accuracy
    return location


def source_of(draft: Draft, address: str) -> str:
    """Where an address comes from, "" without one."""
    return str(draft.address_source or AddressSource.TYPED) if address else ""


def _answered(
    draft: Draft, service: Service | None, services: Services, before: Report | None
) -> dict[str, Any]:
    """What was there already stays, byte for byte, unless it was changed or is another category's.

    What nobody asks any more is kept as it was typed.
    """
    was = dict(before.attributes) if before else {}
    texts = answers_of(was)
    elsewhere = _asked_elsewhere(service, services, before)
    kept = {code: value for code, value in was.items() if code not in elsewhere}
    asked = {question.code: question for question in _asked(service)}
    for code, answer in draft.answers.items():
        if answer == texts.get(code):
            continue
        if is_empty(answer):
            kept.pop(code, None)
        elif code not in elsewhere:
            kept[code] = _value(asked.get(code), answer)
    same = before is not None and service is services.called(before.category)
    for question in asked.values():
        if is_wanting(question, kept, was if same else None):
            raise missing(question)
    return kept


def _value(question: Question | None, answer: Answer) -> Any:
    if question is not None:
        return value_of(question, answer)
    return answer if isinstance(answer, str) else list(answer)


def _asked(service: Service | None) -> list[Question]:
    return [question for question in service.questions if question.asked] if service else []


def _asked_elsewhere(
    service: Service | None, services: Services, before: Report | None
) -> set[str]:
    """Codes that only other categories ask for: of a new report all, of an edit the one left."""
    asked = {question.code for question in _asked(service)}
    left = list(services) if before is None else [services.called(before.category)]
    others = {question.code for other in left for question in _asked(other)}
    return others - asked


def _limit(name: str, text: str, characters: int) -> None:
    if len(text) > characters:
        raise UsageError(f"The {name} is longer than {characters} characters", "Shorten it.")
