"""What takes a report away is counted, whatever the feed calls it; what leaves one is not."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.model import Doc
from civictui.domain.ports import Changes
from civictui.domain.revtree import next_revision
from civictui.sync.deletions import HeldBack
from civictui.sync.vanishing import vanishing
from tests.site import Terminal
from tests.sync.here import SHOWN, Here
from tests.sync.test_rounds import Remote, Walk, terminal

__all__ = ["terminal"]

SHOWN_HASH = SHOWN.removeprefix("1-")


def version(generation: int, digest: str, *ancestors: str, **body: Any) -> Doc:
    history = {"start": generation, "ids": [digest, *ancestors]}
    return {"_id": "r1", "_rev": f"{generation}-{digest}", "_revisions": history, **body}


def report(generation: int, digest: str, *ancestors: str) -> Doc:
    return version(generation, digest, *ancestors, type="report")


GONE = version(2, "g", SHOWN_HASH, type="gone")
GRAVE = version(2, "d", SHOWN_HASH, _deleted=True)


@pytest.mark.parametrize(
    "docs",
    [
        [GONE],
        [GRAVE],
        [version(5, "x", type="gone")],  # not of its ancestry, and wins all the same
        [report(2, "b", SHOWN_HASH), version(3, "d", "b", SHOWN_HASH, _deleted=True)],
        [report(1, "0"), GONE],
        [{**report(9, "z"), "_revisions": {"start": 9, "ids": []}}, GONE],  # is not stored
        [report(999_999_999, "z"), GONE],
    ],
)
async def test_what_takes_it_away(docs: list[Doc]) -> None:
    assert await vanishing(docs, Here(3)) == 1  # type: ignore[arg-type]  # all that is asked of it


@pytest.mark.parametrize(
    "docs",
    [
        [],
        [report(2, "b", SHOWN_HASH)],
        [version(2, "d", "elsewhere", _deleted=True)],  # of a version that had lost
        [GRAVE, report(2, "e", "elsewhere")],  # a merge: the other version is the winner now
        [version(1, "0", type="gone")],  # loses against what is here
        [{**GRAVE, "_id": "unknown"}, {**GONE, "_id": "unknown"}],
        [{**GRAVE, "_id": "r1", "_rev": "no revision"}],
    ],
)
async def test_what_leaves_it(docs: list[Doc]) -> None:
    assert await vanishing(docs, Here(3)) == 0  # type: ignore[arg-type]  # all that is asked of it


async def test_reports_that_become_something_else_are_held_as_deletions_are() -> None:
    here = Here(100)
    with pytest.raises(HeldBack):
        await here.watch().watch([{**GONE, "_id": f"r{n}"} for n in range(30)])


class Silent(Remote):
    """Its feed does not say what is deleted."""

    async def changes(self, since: Any, **options: Any) -> Changes:
        page = await super().changes(since, **options)
        rows = [replace(row, deleted=False, doc=None) for row in page.rows]
        return Changes(rows, page.last_seq, page.pending)

    def delete(self, key: str) -> None:
        parent = self.trees[key].winner()
        grave = next_revision(parent, True, {})
        self._take(key, [grave, *self.trees[key].ancestry(parent)], {}, deleted=True)


async def test_deletions_that_the_feed_does_not_call_so_are_held(terminal: Terminal) -> None:
    remote = Silent(50)
    walk = Walk(terminal, remote)
    await walk.round.run()
    for key in list(remote.trees):
        remote.delete(key)
    await walk.round.run()
    assert walk.round.held is not None
    assert await terminal.store.reader.count() == 50
