"""What a person typed into a form, cleaned and checked."""

from dataclasses import dataclass

from civictui.domain.errors import UsageError
from civictui.domain.model import Draft
from civictui.domain.text import clean, one_line

DESCRIPTION_CHARACTERS = 20_000
FIELD_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Fields:
    description: str
    category: str
    address: str


def checked(draft: Draft) -> Fields:
    """The words of a draft as they will be stored. Raises UsageError for what will not do."""
    description = clean(draft.description).strip()
    if not description:
        raise UsageError("A report needs a description", "Say in a few words what is wrong.")
    _limit("description", description, DESCRIPTION_CHARACTERS)
    address, category = one_line(draft.address), one_line(draft.category)
    _limit("address", address, FIELD_CHARACTERS)
    _limit("category", category, FIELD_CHARACTERS)
    return Fields(description, category, address)


def _limit(name: str, text: str, characters: int) -> None:
    if len(text) > characters:
        raise UsageError(f"The {name} is longer than {characters} characters", "Shorten it.")
