"""The summary of a shift in words: sections of lines, for the screen and for the command line."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from civictui.domain.model import Deed, RowState, Shift, Waiting, read_time
from civictui.domain.text import one_line
from civictui.widgets import words

ALL_SENT: Final = "nothing; the server has all that was made here"
_STANDS: Final = {RowState.SENT: "sent", RowState.QUEUED: "not sent yet"}
_DATE: Final = len("2026-11-23")
_BRIEF: Final = 100
"""Characters of a description, an address or a remark that are told."""


class Entry(NamedTuple):
    """One line; `key` is the report that it is about, "" for none. All words are clean."""

    said: str
    stands: str = ""
    key: str = ""
    reason: str = ""
    alarm: bool = False


class Section(NamedTuple):
    head: str
    entries: tuple[Entry, ...] = ()


def sections(shift: Shift) -> list[Section]:
    """What was done, then what is left; of deeds only those kinds of which there are some."""
    today = words.moment(shift.until)[:_DATE]
    done = [
        _done("Reported", shift.reported, today),
        _done("Edited", shift.edited, today),
        _done("Said about reports", shift.said, today, _closed(shift)),
        _done("Withdrawn", shift.withdrawn, today),
    ]
    found = [section for section in done if section.entries]
    if not found:
        found.append(Section("Nothing was reported, edited, said or withdrawn in this time."))
    if shift.photos:
        found.append(Section(f"Photos: {shift.photos:,}"))
    return [*found, *_left(shift)]


def heading(shift: Shift) -> str:
    """`demo, 2026-11-23 08:00 to 16:00`."""
    since, until = words.moment(shift.since), words.moment(shift.until)
    if since[:_DATE] == until[:_DATE]:
        until = until[_DATE + 1 :]
    return f"{one_line(shift.user)}, {since} to {until}"


def plain_text(shift: Shift) -> str:
    """All of it as text, without any drawing."""
    lines = [f"Shift of {heading(shift)}", ""]
    for section in sections(shift):
        lines.append(section.head)
        for entry in section.entries:
            stands = f"; {entry.stands}" if entry.stands else ""
            lines.append(f"  {entry.said}{stands}")
            lines += [f"    {entry.reason}"] if entry.reason else []
    return "\n".join(lines)


def _done(name: str, deeds: tuple[Deed, ...], today: str, more: str = "") -> Section:
    waits = sum(deed.state is not RowState.SENT for deed in deeds)
    facts = [f"{len(deeds):,}", *([more] if more else [])]
    facts += [f"{waits:,} not sent yet"] if waits else []
    return Section(f"{name}: {', '.join(facts)}", tuple(_entry(deed, today) for deed in deeds))


def _closed(shift: Shift) -> str:
    return f"{words.counted(len(shift.closed), 'report')} closed" if shift.closed else ""


def _entry(deed: Deed, today: str) -> Entry:
    """When, what was done, to what; the words last, as a narrow screen cuts them off."""
    when = words.moment(read_time(deed.at)).removeprefix(f"{today} ")
    done, named = ", ".join(_facts(deed)), _named(deed.title, deed.address)
    words_said = f" “{_brief(deed.text)}”" if deed.text.strip() else ""
    return Entry(
        said=f"{when}  {done}: {named}{words_said}" if done else f"{when}  {named}{words_said}",
        stands=_STANDS.get(deed.state, deed.state.value),
        key=deed.report,
        reason=_refusal(deed.reason),
        alarm=deed.state is RowState.NEEDS_YOU,
    )


def _facts(deed: Deed) -> list[str]:
    """What one deed changed, and its photos."""
    facts = [_brief(deed.status)] if deed.status else []
    if deed.assignee is not None:
        facts.append(f"assigned to {_brief(deed.assignee) or 'nobody'}")
    facts += [words.counted(len(deed.photos), "photo")] if deed.photos else []
    return facts


def _left(shift: Shift) -> list[Section]:
    """What is not sent, and what is for the person to do."""
    found = [Section(f"Not sent: {words.unsent(shift.unsent) or ALL_SENT}")]
    refused = tuple(map(_refused, shift.refused))
    conflicts = tuple(Entry(_named(t), key=key, alarm=True) for key, t in shift.conflicts)
    drafts = tuple(Entry(_named(said)) for said in shift.drafts)
    listed = (("Needs you", refused), ("Conflicts to settle", conflicts), ("Drafts", drafts))
    found += [Section(f"{name}: {len(some):,}", some) for name, some in listed if some]
    if shift.assigned:
        found.append(Section(f"Assigned to you and not closed: {shift.assigned:,}"))
    if not (refused or conflicts or drafts or shift.assigned):
        found.append(Section("Nothing needs you."))
    return found


def _refused(entry: Waiting) -> Entry:
    return Entry(
        _named(entry.title),
        key=entry.about or entry.id,
        reason=_refusal(entry.reason),
        alarm=True,
    )


def _refusal(reason: str) -> str:
    return f"the server: {one_line(reason)}" if reason else ""


def _named(title: str, address: str = "") -> str:
    return ", ".join(_some((_brief(title) or "(no description)", _brief(address))))


def _some(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]


def _brief(text: str) -> str:
    """The beginning of what somebody wrote, on one line."""
    said = one_line(text[: 4 * _BRIEF])
    return said if len(said) <= _BRIEF else f"{said[: _BRIEF - 1].rstrip()}…"
