"""The first line of the list: how much there is, how much of it is shown, and why only that."""

from dataclasses import dataclass, field

from civictui.domain.model import ListFilter
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.category_names import NameOf
from civictui.widgets.filter_text import filter_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the list shows of `total` reports."""

    count: int
    total: int
    drafts: int = 0
    news: int = 0
    """Reports that are new, whether shown or not."""
    search: str = ""
    chosen: ListFilter = field(default_factory=ListFilter)
    marked: int = 0
    hidden: int = 0
    """Of the marked ones, those that are not shown."""


def found(shown: Shown) -> str:
    """`37 of 50,000`, or `50,000` where nothing is left out."""
    some = bool(shown.search) or not shown.chosen.is_any
    return f"{shown.count:,} of {shown.total:,}" if some else f"{shown.total:,}"


def heading(shown: Shown, name_of: NameOf) -> str:
    """What a person decided stands before what merely is: the end gives way to a notice."""
    said = f" with “{one_line(shown.search)}”" if shown.search else ""
    parts = [f"Reports {found(shown)}{said}"]
    if shown.marked:
        parts.append(_marks(shown))
    if name := one_line(shown.chosen.name):
        parts.append(name)
    parts += filter_words(shown.chosen, name_of)
    if shown.news and not shown.chosen.news:
        parts.append(f"{shown.news:,} new")
    if shown.drafts:
        parts.append(words.counted(shown.drafts, "draft"))
    return " · ".join(parts)


def _marks(shown: Shown) -> str:
    marked = f"{shown.marked:,} marked"
    if not shown.hidden:
        return marked
    return f"{marked}, {'none' if shown.hidden == shown.marked else f'{shown.hidden:,} not'} shown"
