"""Which reports a command is about: the filters of the list as options."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from civictui.bootstrap import Client
from civictui.domain.errors import UsageError
from civictui.domain.model import GeoPoint, ListFilter, Sort
from civictui.domain.model.filters import status_word
from civictui.geo import notation

_OPTIONS: Final = (
    "search", "near", "within", "status", "category", "mine", "assigned", "new", "unsent",
    "conflicts", "limit",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """What was chosen, before it is known who asks."""

    chosen: ListFilter
    text: str = ""
    near: GeoPoint | None = None
    limit: int | None = None

    async def ids(self, client: Client) -> Sequence[str]:
        """Ids of the reports that fit, the newest (or nearest) first."""
        service = client.service
        disputed = self.chosen.conflicts
        query = replace(self.chosen, conflicts=False).query(self.text, service.user, self.near)
        query = replace(query, limit=None if disputed else self.limit)
        ids = await service.reader.find(query)
        if disputed:
            known = set(await service.reader.conflicts())
            ids = [report_id for report_id in ids if report_id in known][: self.limit]
        return ids


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", metavar="TEXT", default="", help="words that a report holds")
    parser.add_argument(
        "--near", metavar="PLACE", help="the nearest to this place first, written as for new --at"
    )
    parser.add_argument(
        "--within", metavar="METRES", type=_meters, default=0, help="with --near: no further away"
    )
    parser.add_argument(
        "--status",
        metavar="WORD",
        action="append",
        default=[],
        help="of this status, such as open, 'in progress' or closed; may be given several times",
    )
    parser.add_argument(
        "--category", metavar="CODE", default="", help="of this category, by its code or name"
    )
    parser.add_argument("--mine", action="store_true", help="those that you reported")
    parser.add_argument("--assigned", action="store_true", help="those that are assigned to you")
    parser.add_argument(
        "--new", action="store_true", help="what others sent or changed since you last looked"
    )
    parser.add_argument("--limit", metavar="N", type=_count, help="how many at most")


def register_states(group: Any) -> None:
    """How reports stand; of a `group` of options of which one is taken."""
    group.add_argument("--unsent", action="store_true", help="those that are not sent yet")
    group.add_argument(
        "--conflicts", action="store_true", help="only those about which something is to be settled"
    )


def is_given(options: argparse.Namespace, *but: str) -> bool:
    """Whether anything is chosen, by other options than those."""
    given = {name for name in _OPTIONS if getattr(options, name)}
    given |= {"limit"} if options.limit is not None else set()
    return bool(given.difference(but))


def choice_of(options: argparse.Namespace) -> Choice:
    """Raises UsageError, PlaceError."""
    near = None if options.near is None else notation.parse(options.near)
    if options.within and near is None:
        raise UsageError("Within which distance of what?", "Name a place with --near.")
    chosen = ListFilter(
        statuses=frozenset(map(status_word, options.status)),
        category=options.category,
        mine=options.mine,
        assigned=options.assigned,
        unsent=options.unsent,
        conflicts=options.conflicts,
        news=options.new,
        within=options.within,
        sort=Sort.NEAREST if near else Sort.NEWEST,
    )
    return Choice(chosen, options.search, near, options.limit)


def _count(text: str) -> int:
    if not _is_number(text):
        raise UsageError(f"{text[:20]!r} is no number of reports", "Write --limit 20.")
    return int(text)


def _meters(text: str) -> int:
    if not _is_number(text) or not int(text):
        raise UsageError(f"{text[:20]!r} is no number of metres", "Write --within 500.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
