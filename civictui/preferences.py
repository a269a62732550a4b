"""What is set on this terminal, seen from the page that changes it.

A setting that an option or the environment decides is not changed here: see `Settings.forced`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from civictui import settings_file
from civictui.domain.errors import CivicError, UsageError
from civictui.settings import Settings, check

Check = Callable[[str], object]
"""Reads a word that is not empty. Raises CivicError for one that will not do."""


class WrongSettings(UsageError):
    """What was typed will not do; `faults` has a sentence for each setting."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = dict(faults)


class Preferences:
    """`settings` are those in force; `use` is told when there are others.

    `checks` read what only other parts of the program can judge: an address, a place.
    """

    def __init__(
        self,
        settings: Settings,
        path: Path,
        *,
        checks: Mapping[str, Check] | None = None,
        use: Callable[[Settings], object] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.path = path
        self._checks = checks or {}
        self._use = use
        self._writing = asyncio.Lock()

    def word(self, name: str) -> str:
        """The value of a setting as one types it."""
        value = getattr(self.settings, name)
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)

    def forced(self, name: str) -> str:
        """What decides this setting instead of the file; "" where the file does."""
        return self.settings.forced.get(name, "")

    def change(self, words: Mapping[str, str]) -> dict[str, Any]:
        """Put these into force; gives those that are new, to be kept.

        Raises WrongSettings, with nothing changed.
        """
        values = self._checked(words)
        changed = {
            name: value
            for name, value in values.items()
            if value != getattr(self.settings, name) and not self.forced(name)
        }
        if changed:
            self.settings = replace(self.settings, **changed)
            self._use(self.settings)
        return changed

    async def keep(self, changed: Mapping[str, Any]) -> None:
        """Write into the file what is in force. Raises UsageError where that cannot be done."""
        async with self._writing:
            try:
                await asyncio.to_thread(settings_file.write, self.path, changed)
            except UsageError as error:
                raise UsageError(str(error), "It holds until you leave.") from error

    def _checked(self, words: Mapping[str, str]) -> dict[str, Any]:
        faults, values = {}, {}
        for name, word in words.items():
            try:
                values[name] = self._read(name, word.strip())
            except CivicError as error:
                faults[name] = error.sentence
        if faults:
            raise WrongSettings(faults)
        return values

    def _read(self, name: str, word: str) -> Any:
        if word and name in self._checks:
            self._checks[name](word)
        return check(name, word)
