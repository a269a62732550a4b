"""What is chosen of all reports, in words."""

from typing import Final

from civictui.domain.model import ListFilter, Sort
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.category_names import NameOf

SORTS: Final = {
    Sort.NEWEST: "newest first",
    Sort.NEAREST: "nearest first",
    Sort.STATUS: "by status",
}


def filter_words(chosen: ListFilter, name_of: NameOf) -> list[str]:
    """What holds for each report shown, part by part, then the order where it is no plain one."""
    states = ((chosen.unsent, "not sent"), (chosen.conflicts, "in conflict"))
    parts = (
        " or ".join(sorted(map(one_line, chosen.statuses))),
        name_of(chosen.category),
        "yours" if chosen.mine else "",
        "assigned to you" if chosen.assigned else "",
        " or ".join(word for holds, word in states if holds),
        "what is new" if chosen.news else "",
        f"within {words.distance(chosen.within)}" if chosen.within else "",
        SORTS[chosen.sort] if chosen.sort is not Sort.NEWEST else "",
    )
    return [part for part in parts if part]


def named_words(chosen: ListFilter, name_of: NameOf) -> str:
    """The same in one line, after the name of a filter that has one."""
    said = ", ".join(filter_words(chosen, name_of)) or "all reports"
    name = one_line(chosen.name)
    return f"{name}: {said}" if name else said
