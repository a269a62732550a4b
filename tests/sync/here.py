"""What a terminal has, as the watch over deletions sees it, and a clock that a test moves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from civictui.domain.errors import NotFound
from civictui.domain.model import Doc, Report, ReportRow, RowState
from civictui.domain.ports import Reader
from civictui.sync.deletions import DeletionWatch

SHOWN, GONE = "1-a", "2-b"


class Here:
    """Reader, clock and secrets in one."""

    def __init__(self, living: int) -> None:
        self.living = {f"r{n}" for n in range(living)}
        self.seconds = 0.0
        self.started = 0.0
        self.secrets: dict[str, Any] = {}

    def watch(self) -> DeletionWatch:
        """That of a program which starts now: its monotonic clock begins anew."""
        self.started = self.seconds
        return DeletionWatch(cast(Reader, self), self, self)

    async def take(self, watch: DeletionWatch, first: int, count: int) -> None:
        """A batch that deletes so many."""
        docs = deletions(first, count)
        await watch.watch(docs)
        self.living -= {doc["_id"] for doc in docs}

    async def rows(self, ids: Sequence[str], near: object = None) -> list[ReportRow]:
        return [ReportRow(Report(id=key), RowState.SENT) for key in ids if key in self.living]

    async def document(self, report_id: str) -> Doc:
        if report_id not in self.living:
            raise NotFound("no such report")
        return {"_id": report_id, "_rev": SHOWN}

    async def count(self) -> int:
        return len(self.living)

    async def get(self, name: str) -> Any:
        return self.secrets.get(name)

    async def put(self, name: str, value: Any) -> None:
        self.secrets[name] = value

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 8, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds - self.started


def deletions(first: int, count: int) -> list[Doc]:
    history = {"start": 2, "ids": ["b", "a"]}
    keys = [f"r{n}" for n in range(first, first + count)]
    return [{"_id": key, "_rev": GONE, "_deleted": True, "_revisions": history} for key in keys]
