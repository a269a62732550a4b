"""Which reports would be gone from here once some documents are written.

Counted by what the documents are, and not by what the feed says of them: a row may call nothing
deleted, and a document that is no report any more is as gone as a deleted one.
"""

from collections.abc import Sequence
from contextlib import suppress

from civictui.domain.errors import NotFound
from civictui.domain.model import Doc, is_report
from civictui.domain.ports import Reader
from civictui.domain.revtree import BadRevision, identity_of, parse

Version = tuple[list[str], Doc]
"""A document and its ancestry, its own revision first."""


async def vanishing(docs: Sequence[Doc], reader: Reader) -> int:
    """How many of the reports that are here now `docs` take away."""
    suspects = {doc["_id"] for doc in docs if doc.get("_deleted") is True or not is_report(doc)}
    if not suspects:
        return 0
    here = {row.report.id for row in await reader.rows(sorted(suspects))}
    coming: dict[str, list[Version]] = {key: [] for key in here}
    for doc in docs:
        if doc["_id"] in here:
            with suppress(BadRevision):  # the store does not take it either
                coming[doc["_id"]].append((identity_of(doc)[2], doc))
    return sum([await _takes_away(found, key, reader) for key, found in coming.items()])


async def _takes_away(versions: Sequence[Version], key: str, reader: Reader) -> bool:
    """Whether what is shown of a report is replaced, and by no report."""
    try:
        shown = (await reader.document(key))["_rev"]
    except NotFound:
        return False
    ended = {rev for path, _ in versions for rev in path[1:]}
    leaves = [(path[0], doc) for path, doc in versions if path[0] not in ended]
    living = [(parse(rev), doc) for rev, doc in leaves if doc.get("_deleted") is not True]
    if not living:
        return shown in ended  # else another version of it is ended
    winner, doc = max(living, key=lambda found: found[0])
    return not is_report(doc) and (shown in ended or winner > parse(shown))
