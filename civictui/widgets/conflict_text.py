"""Two versions of a report in words: what each says, what was there before, what is chosen."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.merge import Conflict, Difference, Side, Version, groups
from civictui.domain.model import NO_SERVICES, Report, Services, read_time
from civictui.domain.text import one_line
from civictui.terminal.theme import ALARM
from civictui.widgets import words
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full, sides
from civictui.widgets.group_text import WITHDRAWAL, GroupText

KEY: Final = "?"
"""Before a group in the key of the block that asks about it."""
NO_CLASH: Final = "Nothing clashes: settle it, and it is as below"
NEITHER: Final = """\
Neither is yours: "mine" takes the one shown on this terminal, "theirs" the other one"""
_OWN: Final = {side: side.value for side in Side}
_FOREIGN: Final = {**_OWN, Side.MINE: "shown", Side.THEIRS: "other"}
_BOLD: Final = Style(bold=True)
_DIM: Final = Style(dim=True)
_INDENT: Final = 12
"""Cells before what a side says: the mark of the choice and the side's name."""


def who(version: Version, user: str) -> str:
    """`changed by asha, 2026-11-23 10:04`."""
    deed = "withdrawn" if version.body is None else "changed"
    when = f", {words.moment(read_time(version.at))}" if version.at else ""
    return f"{deed} by {words.by(version.author, user)}{when}"


def title(conflict: Conflict) -> str:
    body = conflict.mine.body or conflict.theirs.body or {}
    return one_line(Report.from_doc(body).description) or "(no description)"


def names(conflict: Conflict, user: str) -> Mapping[Side, str]:
    """What the sides are called: nothing is called mine that is not."""
    return _FOREIGN if conflict.is_between_others(user) else _OWN


def text_of(conflict: Conflict, services: Services = NO_SERVICES) -> GroupText:
    """How its groups are called, and what its versions say in them."""
    return GroupText(services, (conflict.mine.body, conflict.theirs.body, conflict.before))


def blocks(
    conflict: Conflict,
    choices: Mapping[str, Side],
    user: str,
    services: Services = NO_SERVICES,
) -> list[Block]:
    """The whole page: who wrote the two, what is to be chosen, what was merged by itself."""
    called, text = names(conflict, user), text_of(conflict, services)
    made = [Block(partial(_head, conflict, called, user)), _gap()]
    if conflict.withdrawn:
        asked = partial(_withdrawal, conflict, choices, called, user)
        made.append(Block(asked, key=KEY + WITHDRAWAL))
        return [*made, _gap(), Block(partial(_whole, conflict, text))]
    differences = conflict.differences()
    clashing = [d for d in differences if d.clashing]
    merged = [d for d in differences if not d.clashing]
    for difference in clashing:
        asked = partial(_clash, difference, choices.get(difference.group), called, text)
        made += [Block(asked, key=f"{KEY}{difference.group}"), _gap()]
    if not clashing:
        made += [_line(NO_CLASH), _gap()]
    if merged:
        made.append(_line("Merged by itself"))
        made += [
            Block(partial(_merged, difference, conflict, called, text)) for difference in merged
        ]
    return made


# --- blocks ---


def _gap() -> Block:
    return Block(lambda width: [Text(" " * width)])


def _line(said: str) -> Block:
    return Block(lambda width: [Text(fit(said, width), style=_BOLD)])


def _head(conflict: Conflict, called: Mapping[Side, str], user: str, width: int) -> list[Text]:
    lines = [Text(line, style=_BOLD) for line in in_full(title(conflict), width)[:2]]
    for side, version in ((Side.MINE, conflict.mine), (Side.THEIRS, conflict.theirs)):
        lines += _said(called[side], who(version, user), width)
    if called is _FOREIGN:
        lines += [Text(line) for line in in_full(NEITHER, width)]
    return lines


def _clash(
    difference: Difference,
    side: Side | None,
    called: Mapping[Side, str],
    text: GroupText,
    width: int,
) -> list[Text]:
    lines = [_question(text.label(difference.group), side, called, width)]
    versions = {Side.MINE: difference.mine, Side.THEIRS: difference.theirs}
    if difference.before is not None:
        versions[Side.BEFORE] = difference.before
    for name, fields in versions.items():
        said = text.saying(difference.group, fields)
        lines += _said(called[name], said, width, taken=name is side)
    return lines


def _question(label: str, side: Side | None, called: Mapping[Side, str], width: int) -> Text:
    """What is to be chosen, with a sign and a word for whether it is."""
    sign, said = ("≠", "clash: choose") if side is None else ("✓", f"{called[side]} is taken")
    line = Text(sides(f"{sign} {label}", said, width), style=_BOLD)
    if side is None:
        line.stylize(ALARM, 0, 1)
    return line


def _said(name: str, said: str, width: int, *, taken: bool = False) -> list[Text]:
    mark = "*" if taken else " "
    lines = in_full(said, max(0, width - _INDENT))
    heads = [f"  {mark} {name}".ljust(_INDENT), *[" " * _INDENT] * (len(lines) - 1)]
    style = _BOLD if taken else Style()
    pairs = zip(heads, lines, strict=True)
    return [
        Text.assemble((fit(head, min(_INDENT, width)), _DIM), (line, style)) for head, line in pairs
    ]


def _merged(
    difference: Difference,
    conflict: Conflict,
    called: Mapping[Side, str],
    text: GroupText,
    width: int,
) -> list[Text]:
    """What stands in the merged report, and whose it is."""
    result = conflict.settled({}) or {}
    fields = groups(result).get(difference.group, {})
    source = "both"
    if fields == difference.mine:
        source = called[Side.MINE]
    elif fields == difference.theirs:
        source = called[Side.THEIRS]
    lines = in_full(text.saying(difference.group, fields), max(0, width - 4))
    head = Text(sides(f"  {text.label(difference.group)}", f"from {source}", width))
    return [head, *(Text(f"    {line}", style=_DIM) for line in lines)]


def _withdrawal(
    conflict: Conflict,
    choices: Mapping[str, Side],
    called: Mapping[Side, str],
    user: str,
    width: int,
) -> list[Text]:
    side = choices.get(WITHDRAWAL)
    lines = [_question(GroupText().label(WITHDRAWAL), side, called, width)]
    for name, version in ((Side.MINE, conflict.mine), (Side.THEIRS, conflict.theirs)):
        end = "the report goes" if version.body is None else "the report stays, as below"
        lines += _said(called[name], f"{end}: {who(version, user)}", width, taken=name is side)
    return lines


def _whole(conflict: Conflict, text: GroupText, width: int) -> list[Text]:
    """The version that is not withdrawn."""
    report = Report.from_doc(conflict.mine.body or conflict.theirs.body or {})
    lines = in_full(report.description or "(no description)", width)
    facts = {
        "Category": text.category(report.category),
        "Address": report.address,
        "Place": str(report.point or ""),
        "Photos": words.counted(len(report.photos), "photo") if report.photos else "",
    }
    lines += [fit(f"{name:<10}{fact}", width) for name, fact in facts.items() if fact]
    return [Text(line) for line in lines]
