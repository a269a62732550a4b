"""Words that come again and again (a status, a category, a user), each known by a small number."""

from collections.abc import Callable


class Words(dict[str, int]):
    """The number of a word: `words[text]` gives it one where it has none yet.

    With a `form`, texts of the same form have the same number, and `all` has the forms.
    """

    def __init__(self, form: Callable[[str], str] = str) -> None:
        super().__init__()
        self.all: list[str] = []
        """By number."""
        self._form = form
        self._forms: dict[str, int] = {}

    def __missing__(self, text: str) -> int:
        form = self._form(text)
        number = self._forms.setdefault(form, len(self.all))
        if number == len(self.all):
            self.all.append(form)
        self[text] = number
        return number

    def known(self, form: str) -> int | None:
        """The number of a form, None where no text had it."""
        return self._forms.get(form)
