"""Which reports fit a query, and in which order: passes over columns, each in a few milliseconds.

Numbers go through one filter after the other, always the newest report first; the order asked for
is made of what is left. A page of the newest is mostly found among the first of them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from civictui.domain.model import Query, Sort
from civictui.domain.model.filters import status_place
from civictui.domain.text import folded
from civictui.storage.category_names import CategoryNames
from civictui.storage.globe import straight
from civictui.storage.report_columns import Columns

Numbers: TypeAlias = list[int]
Narrow: TypeAlias = Callable[[Numbers], Numbers]
_FIRST = 2_000
"""So many of the newest are looked at by themselves where only some are asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known of reports besides their columns."""

    names: CategoryNames = field(default_factory=CategoryNames)
    among: Collection[str] | None = None
    """Ids, of which it must be one; None is any."""
    but: Collection[str] = ()
    """Ids, of which it must be none."""


ANY = Choice()


def found(
    columns: Columns, numbers_of: Mapping[str, int], query: Query, choice: Choice
) -> list[str]:
    """Ids of the reports that fit `query`, but for its states and news."""
    newest, narrows = columns.order.latest_first(), [*_filters(columns, numbers_of, query, choice)]
    numbers: Numbers = []
    if query.limit is not None and query.sort is Sort.NEWEST:
        numbers = _narrowed(list(islice(newest, _FIRST)), narrows)
    if query.limit is None or len(numbers) < query.limit:
        numbers += _narrowed(list(newest), narrows)
    return list(map(columns.ids.__getitem__, _ordered(columns, numbers, query)[: query.limit]))


def _narrowed(numbers: Numbers, narrows: Iterable[Narrow]) -> Numbers:
    for narrow in narrows:
        numbers = narrow(numbers)
    return numbers


def _filters(
    columns: Columns, numbers_of: Mapping[str, int], query: Query, choice: Choice
) -> Iterator[Narrow]:
    """What there is to be asked, the quickest and likely the narrowest first."""
    if choice.among is not None:
        yield _among({numbers_of[key] for key in choice.among if key in numbers_of})
    if choice.but:
        yield _without({numbers_of[key] for key in choice.but if key in numbers_of})
    for column, user in (columns.assignees, query.assigned), (columns.reporters, query.reporter):
        if user:
            yield _one_of(column, {columns.people.known(user)})
    if query.category:
        yield _one_of(columns.categories, _categories(columns, query.category, choice.names))
    if query.statuses:
        yield _one_of(columns.statuses, set(map(columns.status_words.known, query.statuses)))
    if query.near is not None and query.within:
        ways, limit = columns.globe.ways_from(query.near), straight(query.within)
        yield lambda numbers: [number for number in numbers if ways[number] <= limit]
    for word in sorted(set(folded(query.text).split()), key=len, reverse=True):
        yield _holding(columns, word, choice.names)


def _among(wanted: set[int]) -> Narrow:
    return lambda numbers: list(filter(wanted.__contains__, numbers))


def _without(unwanted: set[int]) -> Narrow:
    return lambda numbers: [number for number in numbers if number not in unwanted]


def _one_of(column: Sequence[int], words: Collection[int | None]) -> Narrow:
    return lambda numbers: [number for number in numbers if column[number] in words]


def _categories(columns: Columns, category: str, names: CategoryNames) -> set[int | None]:
    """The numbers of all words that mean this category."""
    wanted = names.key(category)
    words = columns.category_words.all
    return {number for number, word in enumerate(words) if names.key(word) == wanted}


def _holding(columns: Columns, word: str, names: CategoryNames) -> Narrow:
    """Those with the word in their text, or in the name of their service."""
    words = columns.category_words.all
    named = {number for number, category in enumerate(words) if word in names.name(category)}

    def narrow(numbers: Numbers) -> Numbers:
        holding, categories = columns.texts.holding(word, numbers), columns.categories
        if not named:
            return list(filter(holding.__contains__, numbers))
        return [n for n in numbers if n in holding or categories[n] in named]

    return narrow


def _ordered(columns: Columns, numbers: Numbers, query: Query) -> Numbers:
    """Of equal ones the newest stays first."""
    if query.sort is Sort.NEAREST and query.near is not None:
        numbers.sort(key=columns.globe.ways_from(query.near).__getitem__)
    if query.sort is Sort.STATUS:
        words = columns.status_words.all
        places = {word: place for place, word in enumerate(sorted(words, key=status_place))}
        by_code = [places[word] for word in words]
        numbers.sort(key=list(map(by_code.__getitem__, columns.statuses)).__getitem__)
    return numbers


def counted(columns: Columns, column: Sequence[int]) -> Counter[int]:
    """How many reports have each number of a column."""
    return Counter(map(column.__getitem__, columns.order.latest_first()))


def commonest(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sums by word, the greatest first, of equal ones by the word."""
    sums: Counter[str] = Counter()
    for word, count in counts:
        sums[word] += count
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
