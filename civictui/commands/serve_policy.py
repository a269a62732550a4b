"""`civictui serve policy`: what the operator asks of terminals, and what one of them is told.

A running gateway obeys at its next request. Putting one in force is in the audit log.
"""

import codecs
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from civictui import __version__
from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_devices import heard_devices
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.commands.serve_told import print_told
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.folder import GatewayFolder
    from civictui.gateway.policy import Rules

_MORE: Final = """\
With FILE that policy is put in force, or every fault in it is named and nothing changes. Without
one the policy in force is printed as such a file. See docs/policy.md."""
_BARS_ITSELF: Final = """\
Warning: this policy bars civictui {version}, the version of this very gateway: terminals of that
version may only deliver what is queued."""
_BARS_DEVICES: Final = """\
Warning: by their version this policy bars {barred} of the {heard} devices that were heard in the
last 30 days."""
_IN_FORCE: Final = "It is in force; terminals hear it within 15 minutes, once they have a link."
_NOT_YET: Final = "Nothing was changed: this was a dry run."
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_LATELY: Final = timedelta(days=30)
_CHANGED: Final = 1_000
"""Characters of what changed in the audit log."""


def register(actions: Actions) -> None:
    """Add the action to the parser of `serve`."""
    said = "print what is asked of terminals, or put another policy in force"
    policy = action(actions, "policy", said, run, _MORE)
    policy.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a policy in TOML")
    policy.add_argument(
        "--dry-run", action="store_true", help="say what FILE would change, and change nothing"
    )
    policy.add_argument("--for", dest="whom", metavar="USER", help="print what this user is told")
    policy.add_argument(
        "--version",
        dest="their_version",
        metavar="V",
        help="with --for: whether this version of the program is barred",
    )
    takes_json(policy)


def run(options: Options) -> int:
    """Put FILE in force, or print. Raises UsageError, StoreDamaged."""
    if options.their_version is not None and options.whom is None:
        raise UsageError("--version goes with --for", "Name a user, too.")
    if options.dry_run and not options.file:
        raise UsageError("--dry-run goes with a FILE", "Name the policy that is not in force yet.")
    if options.whom is not None:
        if options.file:
            raise UsageError("FILE and --for do not go together", "Put it in force, then look.")
        return print_told(options)
    return _put(options) if options.file else _print(options)


def _print(options: Options) -> int:
    from civictui.gateway.policy import PolicyFile
    from civictui.gateway.policy.written import to_toml

    rules = PolicyFile(folder_of(options)).current()
    if options.json:
        print_json(rules.to_doc())
    else:
        print_clean(_spelled(to_toml(rules).rstrip("\n")))
    return 0


def _spelled(toml: str) -> str:
    """TOML is UTF-8: what another output cannot take is written in TOML's own ASCII for it."""
    encoding = (sys.stdout and sys.stdout.encoding) or "ascii"
    return toml if codecs.lookup(encoding).name == "utf-8" else _BEYOND_ASCII.sub(_escaped, toml)


def _escaped(found: re.Match[str]) -> str:
    return f"\\U{ord(found.group()):08X}"


def _put(options: Options) -> int:
    folder, rules = folder_of(options), _read(options.file)
    changed = _put_in_force(folder, rules, only_say=options.dry_run)
    barred, heard = _barred(folder, rules)
    if options.json:
        said = {"bars_this_version": rules.bars(__version__), "barred": barred, "heard": heard}
        print_json({"changed": changed, **said})
    else:
        print_clean("\n".join(changed) or "this policy is in force already")
        if changed:
            say(_NOT_YET if options.dry_run else _IN_FORCE)
    if rules.bars(__version__):
        say(_BARS_ITSELF.format(version=__version__))
    if barred:
        say(_BARS_DEVICES.format(barred=barred, heard=heard))
    return 0


def _read(path: Path) -> "Rules":
    """Raises UsageError for a file that will not do, behind a line for each fault."""
    from civictui.gateway.policy.faults import PolicyFaults
    from civictui.gateway.policy.reading import read_policy

    try:
        return read_policy(path)
    except PolicyFaults as refused:
        for fault in refused.faults:
            say(one_line(fault))
        raise UsageError(refused.summary, refused.advice) from refused


def _put_in_force(folder: "GatewayFolder", rules: "Rules", *, only_say: bool) -> list[str]:
    """What changes; a policy that is in force already is not noted."""
    from civictui.gateway import provisioning
    from civictui.gateway.audit import POLICY
    from civictui.gateway.policy import PolicyFile
    from civictui.gateway.policy.changes import changes

    file = PolicyFile(folder)
    with file.alone():
        changed = changes(file.current(), rules)
        if changed and not only_say:
            what = "; ".join(changed)[:_CHANGED]
            with provisioning.audit_of(folder) as audit, audit.doing(POLICY, what=what):
                file.put(rules)
    return changed


def _barred(folder: "GatewayFolder", rules: "Rules") -> tuple[int, int]:
    """How many devices have a version that is barred, of how many that were heard lately."""
    from civictui.clock import SystemClock
    from civictui.domain.model import now_text

    since = now_text(SystemClock().now() - _LATELY)
    found = (entry for entry in heard_devices(folder) if entry.last >= since)
    lately = sorted(found, key=lambda entry: entry.last)
    versions = {entry.device: entry.version for entry in lately}
    return sum(rules.bars(version) for version in versions.values()), len(versions)
