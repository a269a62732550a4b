"""`civictui serve logs`: what terminals say of their own failures, in counts and codes."""

from typing import TYPE_CHECKING

from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_devices import column, whole_id
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.folder import GatewayFolder

_NO_LOGS = "No terminal has sent a log."
_NOT_TAKEN = "The policy takes none: see client_logs in docs/policy.md."
_COLUMNS = (
    ("received", 24),
    ("device", 32),
    ("version", 8),
    ("day", 10),
    ("kind", 7),
    ("code", 24),
    ("count", 0),
)


def register(actions: Actions) -> None:
    """Add the action to the parser of `serve`."""
    logs = action(actions, "logs", "print what clients say of their own failures", print_logs)
    logs.add_argument("--device", metavar="ID", help="of this device alone")
    takes_json(logs)


def print_logs(options: Options) -> int:
    """Print the lines of the clients' logs as they came, the oldest first."""
    from civictui.gateway.devices.logs import lines_of

    folder = folder_of(options)
    lines = lines_of(folder)
    if options.device is not None:
        known = {str(line["device"]) for line in lines}
        device = whole_id(options.device, known, what="log of a device")
        lines = [line for line in lines if line["device"] == device]
    if options.json:
        print_json(lines)
        return 0
    if not lines:
        _say_why_no_logs(folder)
    for line in lines:
        print_clean("  ".join(column(line[name], width) for name, width in _COLUMNS))
        for place in line["trace"]:
            print_clean("    " + one_line(str(place)))
    return 0


def _say_why_no_logs(folder: "GatewayFolder") -> None:
    from civictui.gateway.policy import PolicyFile

    say(_NO_LOGS)
    if not PolicyFile(folder).current().client_logs:
        say(_NOT_TAKEN)
