"""What an administrator does to a gateway's folder: `civictui serve ACTION`, served or not.

Each action is in the folder's audit log when it is done.
"""

from dataclasses import asdict
from pathlib import Path

from civictui.commands import serve_users
from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.errors import StoreDamaged
from civictui.domain.text import one_line

_ON_LINE = """\
It opens the store of anyone who has forgotten a password, after a fresh sign-in. Whoever gets hold
of this folder has it as well: --off-line FILE takes it to a medium of your own."""

_TAKEN_OFF = """\
The recovery key is in {file} now, and no longer in the gateway's folder.
Lock that medium away, and keep a second copy: without it the store of a user who has forgotten the
password stays shut. The file is not sealed: whoever has it opens every store that he gets hold of.
From now on the gateway opens no store. Use civictui recover --key-file on the user's terminal, and
civictui serve import --key-file here. Older backups of the gateway's folder still hold the key."""

_OFF_LINE = """\
It is not in the gateway's folder: it lies in the file that --off-line once wrote."""


def register(actions: Actions) -> None:
    """Add the actions to the parser of `serve`."""
    serve_users.register(actions)
    key = action(actions, "recovery-key", "tell of the recovery key, or take it away", recovery_key)
    key.add_argument("--off-line", metavar="FILE", type=Path, help="move the private half to FILE")
    takes_json(key)
    bundle = action(actions, "import", "take in what a terminal could not send", import_bundle)
    bundle.add_argument("file", metavar="FILE", type=Path, help="a bundle of export --sealed")
    bundle.add_argument("--key-file", metavar="FILE", type=Path, help="the recovery key off line")
    takes_json(bundle)
    audit = action(
        actions,
        "audit",
        "print who did what to accounts, devices, the policy and keys",
        print_audit,
    )
    takes_json(audit)


def recovery_key(options: Options) -> int:
    """Say which recovery key the folder has; with --off-line, take its private half away."""
    from civictui.gateway import provisioning
    from civictui.gateway.accounts.recovery import RecoveryKey

    folder = folder_of(options)
    key = RecoveryKey(folder)
    if options.off_line:
        with provisioning.audit_of(folder) as audit:
            key.take_off_line(options.off_line, audit)
    on_line = key.private() is not None
    if options.json:
        print_json({"kid": key.kid, "public_key": key.public_key, "on_line": on_line})
    else:
        print_clean(f"recovery key {key.kid} ({'on' if on_line else 'off'} line)")
    if options.off_line:
        say(_TAKEN_OFF.format(file=one_line(str(options.off_line))))
    else:
        say(_ON_LINE if on_line else _OFF_LINE)
    return 0


def import_bundle(options: Options) -> int:
    """Take in a rescue bundle; exits with 1 where something in it was refused."""
    from civictui.gateway.bundles import import_bundle as take_in

    imported = take_in(folder_of(options), options.file, options.key_file)
    if options.json:
        print_json(asdict(imported))
    else:
        print_clean(
            f"taken in for {one_line(imported.user)}: documents {imported.documents}, "
            f"pictures {imported.pictures}; here already: {imported.found}"
        )
    for refusal in imported.refused:
        say(f"refused {one_line(refusal.id)}: {one_line(refusal.reason)}")
    return 1 if imported.refused else 0


def print_audit(options: Options) -> int:
    """Print the audit log, the oldest line first. Exits as for a damaged store if some is lost."""
    from civictui.gateway import provisioning

    with provisioning.audit_of(folder_of(options)) as audit:
        lines, damaged = audit.lines()
    if options.json:
        print_json(lines)
    else:
        for line in lines:
            said = "  ".join(_column(line, name, width) for name, width in _COLUMNS)
            print_clean(f"{said}  {one_line(line['what'])}" if line.get("what") else said)
    if damaged:
        raise StoreDamaged(
            "Some of the audit log cannot be read", "What was damaged lies in audit/quarantine."
        )
    return 0


_COLUMNS = (("time", 24), ("action", 22), ("user", 16), ("device", 24), ("outcome", 0))


def _column(line: dict[str, str], name: str, width: int) -> str:
    return (one_line(line[name]) or "-").ljust(width)
