"""What the last syncs did and met, sealed like everything else."""

from civictui.domain.model import SyncNote
from civictui.storage.tables import SealedDatabase

_NOTES = "notes"
NOTES = 50
"""Lines of the sync's history that are kept."""


class JournalTable:
    def __init__(self, database: SealedDatabase) -> None:
        self._rows = database.sealed("journal")

    def note(self, note: SyncNote) -> None:
        self._rows.put(_NOTES, {"notes": [*self._notes(), note.to_doc()][-NOTES:]})

    def notes(self) -> list[SyncNote]:
        """The latest first."""
        return [SyncNote.from_doc(note) for note in reversed(self._notes())]

    def _notes(self) -> list[dict[str, object]]:
        row = self._rows.one(_NOTES) or {}
        return list(row.get("notes", ()))
