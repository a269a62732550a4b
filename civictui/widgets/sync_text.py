"""The page of the sync in blocks: the link, what needs the person, what waits, what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.model import SyncNote, SyncPhase, SyncState, Waiting, read_time
from civictui.domain.text import one_line
from civictui.terminal.theme import ALARM, BOLD, DIM
from civictui.widgets import words
from civictui.widgets.bar import bar
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full, sides
from civictui.widgets.sync_bar import COUNTED, sending

MOST: Final = 300
"""Entries that are listed; of more the count is said."""
MOST_OF_A_NOTICE: Final = 100
"""Lines."""
CONFLICT: Final = "conflict:"
"""Before the id in the key of an entry that is to be settled."""
GONE: Final = "gone:"
"""The key of the line that opens the reports that are gone."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What there is to show beside the state.

    `disputed` are titles by id; `gone` is how many reports are whose last words are kept, None as
    long as nobody has asked.
    """

    waiting: Sequence[Waiting] = ()
    disputed: Mapping[str, str] | None = None
    notes: Sequence[SyncNote] = ()
    gone: int | None = None
    addresses: int = 0
    """How many reports wait for an address."""
    opens: str = ""
    """How the key is written that opens an entry."""
    sends_photos: str = ""
    """How that is written which sends the photos that a rule keeps back."""
    operator: Sequence[str] = ()
    """What the operator asks, and knows this terminal by; see `policy_text`."""


def blocks(state: SyncState, outbox: Outbox, now: datetime) -> list[Block]:
    """All of the page, from top to bottom."""
    disputed = outbox.disputed or {}
    needing = [entry for entry in outbox.waiting if entry.reason]
    calm = [entry for entry in outbox.waiting if not entry.reason]
    made = [Block(partial(_facts, facts(state, now, outbox.addresses, outbox.sends_photos)))]
    if said := progress(state):
        made.insert(1, Block(partial(_progress, state.done / state.total, said)))
    made += _section("Needs you", [Block(partial(_entry, e), e.id) for e in needing])
    conflicts = [
        Block(partial(_dispute, t, outbox.opens), f"{CONFLICT}{i}") for i, t in disputed.items()
    ]
    made += _section("Conflicts to settle", conflicts)
    made += _section("Waits to be sent", [Block(partial(_entry, e), e.id) for e in calm])
    if not (outbox.waiting or disputed):
        made += [_gap(), _line("Nothing waits, and nothing needs you.")]
    if outbox.gone:
        made += [_gap(), Block(partial(_gone, outbox.gone, outbox.opens), GONE)]
    if outbox.operator:
        made += [_gap(), _line("This terminal and its gateway", BOLD), _asked(outbox.operator)]
    return made + _section("History", [Block(partial(_note, note)) for note in outbox.notes])


def progress(state: SyncState) -> str:
    """How far the step is, in counts and bytes; "" where there is nothing to count."""
    if state.phase not in COUNTED or not state.total:
        return ""
    kind = "picture" if state.phase is SyncPhase.UPLOADING else "change"
    said = f"{state.done:,} of {words.counted(state.total, kind)}"
    if state.phase is SyncPhase.UPLOADING:
        return f"{said}, {words.size(state.unsent.bytes)} left"
    if state.phase is SyncPhase.PULLING:
        return f"{said}, {words.size(state.received_bytes)} so far"
    return said


def facts(state: SyncState, now: datetime, addresses: int = 0, sends_photos: str = "") -> list[str]:
    """The link with its reason and next try, the proof, what is unsent, the bytes."""
    phase = state.phase.value
    link = f"{phase}: {one_line(state.reason)}" if state.reason else phase
    if state.next_try:
        link = f"{link.removesuffix('.')}; next try {words.clock(state.next_try)}"
    proved = "never: no round with the server was whole yet"
    if state.proved_at:
        proved = f"{words.proved(state.proved_at, now)}, {words.moment(state.proved_at)}"
    said = sending(state)
    if is_resting(state) and sends_photos:
        said = f"{said}; {sends_photos} sends them now"
    sent, received = words.size(state.sent_bytes), words.size(state.received_bytes)
    found = [
        f"Link      {link}",
        f"Reports   {said}",
        f"Proved    {proved}",
        f"Bytes     sent {sent}, received {received} since the sync began",
    ]
    if addresses:
        found.append(f"Addresses {words.counted(addresses, 'report')} without one: looked up later")
    return found


def what_waits(entry: Waiting) -> str:
    """`new report, 2 photos 410 kB`."""
    parts = []
    if entry.withdrawn:
        parts.append("withdrawal")
    elif entry.text:
        parts.append(_what_is_new(entry))
    if entry.photos:
        parts.append(f"{words.counted(entry.photos, 'photo')} {words.size(entry.bytes)}")
    return ", ".join(parts)


def _what_is_new(entry: Waiting) -> str:
    if entry.about:
        return "update"
    return "new report" if entry.first else "change"


def what_was_done(note: SyncNote) -> str:
    """`sent 2 changes, 1 picture; received 13 changes; merged 1 by itself`, or the trouble.

    What is counted are revisions: one report may have several, a new one is a change, too.
    """
    sent = _counts((note.pushed, "change"), (note.pictures_sent, "picture"))
    received = _counts((note.pulled, "change"), (note.pictures_fetched, "picture"))
    parts = [f"sent {sent}"] if sent else []
    parts += [f"received {received}"] if received else []
    parts += [f"merged {note.merged:,} by itself"] if note.merged else []
    parts += [one_line(note.words)] if note.words else []
    return "; ".join(parts)


def held_question(state: SyncState) -> str:
    """What a mass deletion that is held asks."""
    said = one_line(state.reason) or "The server deletes a great part of the reports here."
    return f"{said}\nIf you do not know why, keep waiting, and ask your supervisor."


def is_resting(state: SyncState) -> bool:
    """Whether photos wait by a rule of the link."""
    return min(state.resting, state.unsent.photos) > 0


def is_held(state: SyncState) -> bool:
    return state.phase is SyncPhase.HELD


# --- blocks ---


def _section(title: str, entries: list[Block]) -> list[Block]:
    if not entries:
        return []
    shown = entries[:MOST]
    if more := len(entries) - len(shown):
        shown.append(_line(f"and {more:,} more"))
    head = title if title == "History" else f"{title}: {len(entries):,}"
    return [_gap(), _line(head, BOLD), *shown]


def _gap() -> Block:
    return _line("")


def _line(said: str, style: Style | None = None) -> Block:
    return Block(lambda width: [Text(fit(said, width), style=style or Style())])


def _asked(said: Sequence[str]) -> Block:
    """A notice is read to its end here, at the latest."""
    return Block(partial(_facts, said, most=MOST_OF_A_NOTICE))


def _facts(said: Sequence[str], width: int, most: int = 3) -> list[Text]:
    lines: list[Text] = []
    for fact in said:
        label, rest = fact[:10], fact[10:]
        for number, line in enumerate(in_full(rest, width - 10)[:most]):
            head = label if not number else " " * 10
            lines.append(Text.assemble((fit(head, min(10, width)), DIM), line))
    return lines


def _progress(share: float, said: str, width: int) -> list[Text]:
    line = Text(fit("Progress", min(10, width)), style=DIM)
    return [line + bar(share, said, max(0, width - 10))]


def _entry(entry: Waiting, width: int) -> list[Text]:
    sign = "!" if entry.reason else "↑"
    title = entry.title or "(no description)"
    line = Text(sides(f"{sign} {one_line(title)}", what_waits(entry), width))
    if not entry.reason:
        return [line]
    line.stylize(ALARM, 0, 1)
    reasons = in_full(f"the server: {one_line(entry.reason)}", max(0, width - 2))
    return [line, *(Text(f"  {reason}") for reason in reasons)]


def _dispute(title: str, opens: str, width: int) -> list[Text]:
    way = f"{opens}: choose" if opens else ""
    line = Text(sides(f"≠ {one_line(title) or '(no description)'}", way, width))
    line.stylize(ALARM, 0, 1)
    return [line]


def _gone(count: int, opens: str, width: int) -> list[Text]:
    said = f"Withdrawn or deleted, kept for 90 days: {count:,}"
    return [Text(sides(said, f"{opens}: see them" if opens else "", width), style=BOLD)]


def _note(note: SyncNote, width: int) -> list[Text]:
    when = fit(words.moment(read_time(note.at)), 16)
    lines = in_full(what_was_done(note), max(0, width - 18))
    return [
        Text.assemble((when if not number else " " * 16, DIM), "  ", line)
        for number, line in enumerate(lines)
    ]


def _counts(*counts: tuple[int, str]) -> str:
    return ", ".join(words.counted(count, noun) for count, noun in counts if count)
