"""`civictui serve devices` and the like: which terminals there are, what they hold, who is barred.

They work on the gateway's folder, whether it is served or not; a running gateway obeys at its next
request, and writes down what it knows every half minute. Who disables or enables is in the audit
log.
"""

import os
import pwd
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.devices.counts import Count, CountKey
    from civictui.gateway.devices.disabled import Disabled
    from civictui.gateway.devices.states import Standing
    from civictui.gateway.folder import GatewayFolder

_LONGEST_ID = 64
_NAMED = 5
"""How many devices an ambiguous id names."""
_DISABLES = """\
It may deliver what is queued, and reads nothing. How a device's id begins is enough
where no other begins like that; with --force it is the whole id. See docs/devices.md."""
_DISABLED = """\
{id} is disabled for everybody who uses it: it delivers what is queued, and reads nothing.
civictui serve devices says when nothing is left on it."""


def register(actions: Actions) -> None:
    """Add the actions about devices to the parser of `serve`."""
    shown = action(actions, "devices", "print the devices, and what each holds", print_devices)
    shown.add_argument(
        "--counts", action="store_true", help="print instead what came each day, for 90 days"
    )
    off = action(actions, "disable-device", "let a device read no more", disable_device, _DISABLES)
    off.add_argument("--lost", action="store_true", help="nobody knows who has it now")
    off.add_argument("--why", metavar="TEXT", default="", help="for those who read the list")
    off.add_argument("--force", action="store_true", help="also one that was never heard")
    back = action(actions, "enable-device", "let a disabled device in again", enable_device)
    for parser in (off, back):
        parser.add_argument("id", metavar="ID", help="a device's id, or how it begins")
    logs = action(actions, "logs", "print what clients say of their own failures", print_logs)
    logs.add_argument("--device", metavar="ID", help="of this device alone")
    for parser in (shown, logs):
        takes_json(parser)


def print_devices(options: Options) -> int:
    """Print a line for each user on each device, what needs the operator first."""
    from civictui.gateway.devices.disabled import DisabledDevices
    from civictui.gateway.devices.records import entries_of
    from civictui.gateway.devices.states import standings

    folder = folder_of(options)
    if options.counts:
        return _print_counts(options, folder)
    found = standings(entries_of(folder), DisabledDevices(folder).all())
    if options.json:
        print_json([standing.to_doc() for standing in found])
    else:
        for standing in found:
            print_clean(_line(standing))
    return 0


def disable_device(options: Options) -> int:
    """Disable a device. Raises UsageError for one that is unknown, or an id of several."""
    from civictui.clock import SystemClock
    from civictui.domain.model import now_text
    from civictui.gateway import provisioning
    from civictui.gateway.audit import DISABLE_DEVICE
    from civictui.gateway.devices.disabled import Disabled, DisabledDevices

    folder = folder_of(options)
    device = _whole_id(options.id, _known(folder), force=options.force)
    with provisioning.audit_of(folder) as audit, audit.doing(DISABLE_DEVICE, device=device):
        since = now_text(SystemClock().now())
        said = Disabled(since=since, by=_operator(), why=options.why, lost=options.lost)
        DisabledDevices(folder).disable(device, said)
    say(_DISABLED.format(id=one_line(device)))
    return 0


def enable_device(options: Options) -> int:
    """Let a device in again. Raises UsageError for one that is not disabled."""
    from civictui.gateway import provisioning
    from civictui.gateway.audit import ENABLE_DEVICE
    from civictui.gateway.devices.disabled import DisabledDevices

    folder = folder_of(options)
    disabled = DisabledDevices(folder)
    device = _whole_id(options.id, disabled.all())
    with provisioning.audit_of(folder) as audit, audit.doing(ENABLE_DEVICE, device=device):
        disabled.enable(device)
    say(f"{one_line(device)} may work again")
    return 0


def print_logs(options: Options) -> int:
    """Print the lines of the clients' logs as they came, the oldest first."""
    from civictui.gateway.devices.logs import lines_of

    lines = lines_of(folder_of(options))
    if options.device is not None:
        device = _whole_id(options.device, {str(line["device"]) for line in lines})
        lines = [line for line in lines if line["device"] == device]
    if options.json:
        print_json(lines)
        return 0
    for line in lines:
        print_clean("  ".join(_shown(line[name], width) for name, width in _LOG_COLUMNS))
        for place in line["trace"]:
            print_clean("    " + one_line(str(place)))
    return 0


def _print_counts(options: Options, folder: "GatewayFolder") -> int:
    from civictui.gateway.devices.counts import counts_of

    found = counts_of(folder)
    if options.json:
        print_json([key._asdict() | asdict(count) for key, count in found.items()])
    else:
        for key, count in found.items():
            print_clean(_count_line(key, count))
    return 0


def _whole_id(asked: str, known: Iterable[str], *, force: bool = False) -> str:
    """The one id that begins like this. Raises UsageError."""
    fitting = sorted(device for device in set(known) if device.startswith(asked))
    if asked in fitting:
        return asked
    if force and _is_id(asked):
        return asked
    if not fitting or not asked:
        hint = "civictui serve devices prints those that were heard."
        raise UsageError(f"There is no device {one_line(asked)[:_LONGEST_ID]}", hint)
    if len(fitting) > 1:
        named = ", ".join(one_line(device) for device in fitting[:_NAMED])
        more = ", ..." if len(fitting) > _NAMED else ""
        raise UsageError(f"{len(fitting)} devices begin like this: {named}{more}", "Write more.")
    return fitting[0]


def _known(folder: "GatewayFolder") -> set[str]:
    """Every device that was heard, or is disabled."""
    from civictui.gateway.devices.disabled import DisabledDevices
    from civictui.gateway.devices.records import entries_of

    return {entry.device for entry in entries_of(folder)} | set(DisabledDevices(folder).all())


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


def _line(standing: "Standing") -> str:
    """State, device, user, version, last heard, last sent, what it holds, and why it is barred."""
    entry, disabled = standing.entry, standing.disabled
    sent = max(entry.last_document, entry.last_picture)
    columns = (
        _shown(standing.state, 17),
        _shown(entry.device, 32),
        _shown(entry.user, 16),
        _shown(entry.version, 8),
        "heard " + _shown(entry.last or "never", 24),
        "sent " + _shown(sent or "never", 24),
        standing.holds,
    )
    return "  ".join(columns) + (f"  ({_barred(disabled)})" if disabled else "")


def _barred(disabled: "Disabled") -> str:
    lost = "lost, " if disabled.lost else ""
    why = f": {one_line(disabled.why)}" if disabled.why else ""
    return f"{lost}disabled {disabled.since} by {one_line(disabled.by) or '-'}{why}"


def _count_line(key: "CountKey", count: "Count") -> str:
    numbers = (f"{name} {number}" for name, number in asdict(count).items())
    named = (_shown(key.day, 10), _shown(key.device, 32), _shown(key.version, 8))
    return "  ".join([*named, *numbers])


def _shown(value: object, width: int) -> str:
    return (one_line(str(value)) or "-").ljust(width)


_LOG_COLUMNS = (
    ("received", 24),
    ("device", 32),
    ("version", 8),
    ("day", 10),
    ("kind", 7),
    ("code", 24),
    ("count", 0),
)
