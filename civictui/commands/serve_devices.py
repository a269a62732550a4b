"""`civictui serve devices` and the like: which terminals there are, what they hold, who is barred.

They work on the gateway's folder, whether it is served or not; a running gateway obeys at its next
request, and writes down what it knows every half minute. Who disables or enables is in the audit
log.
"""

import os
import pwd
import sys
from collections.abc import Iterable
from dataclasses import asdict
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.devices.counts import Count, CountKey
    from civictui.gateway.devices.disabled import Disabled
    from civictui.gateway.devices.entries import Entry
    from civictui.gateway.devices.states import Standing
    from civictui.gateway.folder import GatewayFolder

_LONGEST_ID = 64
_NOTED = 400
"""Characters of the audit log for why a device is disabled."""
_NAMED = 5
"""How many devices an ambiguous id names."""
_DISABLES = """\
It may deliver what is queued, and reads nothing. How a device's id begins is enough
where no other begins like that; with --force it is the whole id. See docs/devices.md."""
_DISABLED = """\
{id} is disabled for everybody who uses it{users}:
it delivers what is queued, and reads nothing. civictui serve devices says when nothing is left."""
_NO_DEVICE = "No device was heard yet; a gateway that runs writes down every half minute who was."
_NONE_OF = "No device of {user} was heard."
_WHERE = "civictui serve devices prints them, each with its state."


def register(actions: Actions) -> None:
    """Add the actions about devices to the parser of `serve`."""
    shown = action(actions, "devices", "print the devices, and what each holds", print_devices)
    what = shown.add_mutually_exclusive_group()
    what.add_argument("--user", metavar="NAME", help="all lines of this user's devices")
    what.add_argument(
        "--counts", action="store_true", help="print instead what came each day, for 90 days"
    )
    off = action(actions, "disable-device", "let a device read no more", disable_device, _DISABLES)
    off.add_argument("--lost", action="store_true", help="nobody knows who has it now")
    off.add_argument("--why", metavar="TEXT", default="", help="for those who read the list")
    off.add_argument("--force", action="store_true", help="also one that was never heard")
    back = action(actions, "enable-device", "let a disabled device in again", enable_device)
    for parser in (off, back):
        parser.add_argument("id", metavar="ID", help="a device's id, or how it begins")
    takes_json(shown)


def print_devices(options: Options) -> int:
    """Print a line for each user on each device, what needs the operator first."""
    from civictui.gateway.devices.disabled import DisabledDevices
    from civictui.gateway.devices.records import entries_of
    from civictui.gateway.devices.states import standings

    folder = folder_of(options)
    if options.counts:
        return _print_counts(options, folder)
    found = standings(entries_of(folder), DisabledDevices(folder).all())
    if options.user is not None:
        theirs = {each.entry.device for each in found if each.entry.user == options.user}
        found = [standing for standing in found if standing.entry.device in theirs]
    if options.json:
        print_json([standing.to_doc() for standing in found])
        return 0
    for standing in found:
        for line in _fitted(_columns(standing)):
            print_clean(line)
    if not found:
        say(_NO_DEVICE if options.user is None else _NONE_OF.format(user=one_line(options.user)))
    return 0


def disable_device(options: Options) -> int:
    """Disable a device. Raises UsageError for one that is unknown, or an id of several."""
    from civictui.clock import SystemClock
    from civictui.domain.model import now_text
    from civictui.gateway import provisioning
    from civictui.gateway.audit import DISABLE_DEVICE
    from civictui.gateway.devices.disabled import Disabled, DisabledDevices

    folder = folder_of(options)
    entries = heard_devices(folder)
    known = {entry.device for entry in entries} | set(DisabledDevices(folder).all())
    device = whole_id(options.id, known, force=options.force)
    since = now_text(SystemClock().now())
    said = Disabled(since=since, by=_operator(), why=options.why, lost=options.lost)
    with (
        provisioning.audit_of(folder) as audit,
        audit.doing(DISABLE_DEVICE, device=device, what=_barred(said)[:_NOTED]),
    ):
        DisabledDevices(folder).disable(device, said)
    users = ", ".join(one_line(entry.user) for entry in entries if entry.device == device)
    say(_DISABLED.format(id=one_line(device), users=f" ({users})" if users else ""))
    return 0


def enable_device(options: Options) -> int:
    """Let a device in again. Raises UsageError for one that is not disabled."""
    from civictui.gateway import provisioning
    from civictui.gateway.audit import ENABLE_DEVICE
    from civictui.gateway.devices.disabled import DisabledDevices

    folder = folder_of(options)
    disabled = DisabledDevices(folder)
    device = whole_id(options.id, disabled.all(), what="disabled device")
    with (
        provisioning.audit_of(folder) as audit,
        audit.doing(ENABLE_DEVICE, device=device, what=f"by {_operator()}"),
    ):
        disabled.enable(device)
    say(f"{one_line(device)} may work again")
    return 0


def heard_devices(folder: "GatewayFolder") -> "list[Entry]":
    """Who was heard from where, for what is done without it too: nobody where that is damaged."""
    from civictui.gateway.devices.records import entries_of

    try:
        return entries_of(folder)
    except StoreDamaged:  # `serve devices` says so
        return []


def left_behind(folder: "GatewayFolder", user: str) -> list[str]:
    """The devices of a user on which something may be left: their ids, and what each holds."""
    from civictui.gateway.devices.disabled import DisabledDevices
    from civictui.gateway.devices.states import SAFE, standings

    found = standings(heard_devices(folder), DisabledDevices(folder).all())
    theirs = [each for each in found if each.entry.user == user and each.state != SAFE]
    return [f"  {one_line(each.entry.device)}  {each.holds}" for each in theirs]


def whole_id(asked: str, known: Iterable[str], *, what: str = "device", force: bool = False) -> str:
    """The one id that begins like this, of `what` there is. Raises UsageError."""
    fitting = sorted(device for device in set(known) if device.startswith(asked))
    if asked in fitting:
        return asked
    if force and _is_id(asked):
        return asked
    if not asked:
        raise UsageError("This is no id of a device", _WHERE)
    if not fitting:
        shown = one_line(asked)[:_LONGEST_ID]
        raise UsageError(f"There is no {what} whose id begins with {shown}", _WHERE)
    if len(fitting) > 1:
        named = ", ".join(one_line(device) for device in fitting[:_NAMED])
        more = ", ..." if len(fitting) > _NAMED else ""
        raise UsageError(f"{len(fitting)} devices begin like this: {named}{more}", "Write more.")
    return fitting[0]


def column(value: object, width: int) -> str:
    """As a column of at least this width."""
    return (one_line(str(value)) or "-").ljust(width)


def _print_counts(options: Options, folder: "GatewayFolder") -> int:
    from civictui.gateway.devices.counts import counts_of

    found = counts_of(folder)
    if options.json:
        print_json([key._asdict() | asdict(count) for key, count in found.items()])
        return 0
    for key, count in found.items():
        print_clean(_count_line(key, count))
    if not found:
        say(_NO_DEVICE)
    return 0


def _is_id(text: str) -> bool:
    from civictui.gateway.devices.register import DEVICE_ID

    return DEVICE_ID.fullmatch(text) is not None


def _operator() -> str:
    """Who types this, as the system knows him; behind sudo whoever called that."""
    called = os.environ.get("SUDO_USER", "")
    if called:
        return one_line(called)[:_LONGEST_ID]
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _fitted(columns: list[str]) -> list[str]:
    """One line, for a person at a narrow terminal some short ones; all but who it is further in."""
    line = "  ".join(columns)
    if not (sys.stdout and sys.stdout.isatty()) or len(line) <= get_terminal_size().columns:
        return [line]
    who, times = "  ".join(columns[:4]), "  ".join(columns[4:6])
    return [who, *(f"    {part}" for part in (times, *columns[6:]))]


def _columns(standing: "Standing") -> list[str]:
    """State, device, user, version, last heard, last sent, what it holds, and why it is barred."""
    entry, disabled = standing.entry, standing.disabled
    sent = max(entry.last_document, entry.last_picture)
    return [
        column(standing.state, 17),
        column(entry.device, 32),
        column(entry.user, 16),
        column(entry.version, 8),
        "heard " + column(entry.last or "never", 24),
        "sent " + column(sent or "never", 24),
        standing.holds,
        *([f"({_barred(disabled)})"] if disabled else []),
    ]


def _barred(disabled: "Disabled") -> str:
    lost = "lost, " if disabled.lost else ""
    why = f": {one_line(disabled.why)}" if disabled.why else ""
    return f"{lost}disabled {disabled.since} by {one_line(disabled.by) or '-'}{why}"


def _count_line(key: "CountKey", count: "Count") -> str:
    numbers = (f"{name} {number}" for name, number in asdict(count).items())
    named = (column(key.day, 10), column(key.device, 32), column(key.version, 8))
    return "  ".join([*named, *numbers])
