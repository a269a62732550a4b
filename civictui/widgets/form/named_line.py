"""A field in which Enter does something of its own, and the footer says what."""

from dataclasses import replace

from civictui.keys import Key
from civictui.widgets.form.line_field import LineField


class NamedLine(LineField):
    """`does` are the words for Enter: for the footer, and for the help."""

    def __init__(
        self,
        value: str = "",
        *,
        id: str,  # noqa: A002
        does: tuple[str, str],
        placeholder: str = "",
    ) -> None:
        super().__init__(value, id=id, placeholder=placeholder)
        self._does = does

    def named(self, key: Key) -> Key:
        if key.id != "line.go_on":
            return key
        footer, words = self._does
        return replace(key, footer=footer, help=words, urgent=True)
