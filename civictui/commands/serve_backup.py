"""`civictui serve backup` and `restore`: the gateway's folder in one sealed file, and back."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from civictui.commands import open_file
from civictui.commands.options import print_clean, print_json, settings_of
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.errors import StoreError, UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.backup.putting import Restored
    from civictui.gateway.backup.taking import Taken
    from civictui.gateway.folder import GatewayFolder

_SERVED = "The gateway may go on serving."
_NOT_NOTED = "This back-up is not in the audit log, which could not be written:"
_NO_KEY = "gateway.key is not in it: without a copy of that key the back-up opens for nobody."
_NO_REPORTS = "No reports lie in this folder. Those of a CouchDB are backed up by its own means."
_NO_PICTURES = "No pictures lie in this folder. Those of an S3 are backed up by its own means."
_DAMAGED = "Some of {files} cannot be read; it was so in the folder that was backed up."
_NAMED = 5
"""How many damaged files are named."""
_NEXT = """\
Start the gateway on {folder}. Everybody signs in once more; terminals then send by themselves
what the back-up did not have yet. Look through the users, devices and API keys first: who was
disabled, and what was removed, after {made} is let in again."""


def register(actions: Actions) -> None:
    """Add the actions to the parser of `serve`."""
    backup = action(actions, "backup", "copy the folder into one sealed file", take_backup, _SERVED)
    backup.add_argument("file", metavar="FILE", help="a new file, or - for stdout")
    backup.add_argument("--without-maps", action="store_true", help="leave the base maps out")
    restore = action(actions, "restore", "make a new folder of a back-up", restore_backup)
    restore.add_argument("file", metavar="FILE", type=Path, help="what `backup` has written")
    restore.add_argument(
        "--key-file",
        metavar="FILE",
        type=Path,
        required=True,
        help="your copy of gateway.key",
    )
    restore.add_argument("--check", action="store_true", help="read it all, and restore nothing")
    for parser in (backup, restore):
        takes_json(parser)


def take_backup(options: Options) -> int:
    """Back up a folder that is served or stands still; never in the place of another file."""
    from civictui.clock import SystemClock
    from civictui.gateway.backup.taking import take

    _check_file(options)
    folder = folder_of(options)
    with ExitStack() as ending:
        _note(folder, ending)
        file = open_file.opened(options.file, ending)
        taken = take(folder, file.fileno(), SystemClock(), maps=not options.without_maps)
    if options.json:
        print_json({"file": options.file, **taken.to_doc()})
    elif file.path:
        print_clean(f"{one_line(options.file)}: {_counted(taken)}")
    for words in _remarks(taken):
        say(words)
    return 0


def restore_backup(options: Options) -> int:
    """Make a folder of a back-up that is whole; with --check only say whether it is."""
    from civictui.clock import SystemClock
    from civictui.gateway.backup.putting import check, restore

    if options.check:
        found = check(options.file, options.key_file)
        _tell(options, found, f"{one_line(str(options.file))} is whole")
        return 0
    if not options.data_dir:
        raise UsageError("No folder is named to restore into", "Name a new folder with --data-dir.")
    target = settings_of(options).data_dir
    found = restore(options.file, options.key_file, target, SystemClock())
    _tell(options, found, f"restored into {one_line(str(target))}")
    say(_NEXT.format(folder=one_line(str(target)), made=one_line(found.made)))
    return 0


def _note(folder: "GatewayFolder", ending: ExitStack) -> None:
    """In the audit log; where that is full or damaged, a back-up is wanted all the more."""
    from civictui.gateway import provisioning
    from civictui.gateway.audit import BACKUP

    audit = ending.enter_context(provisioning.audit_of(folder))
    try:
        ending.enter_context(audit.doing(BACKUP))
    except StoreError as error:
        say(f"{_NOT_NOTED} {one_line(str(error))}.")


def _check_file(options: Options) -> None:
    """Before all is read: raises UsageError where the back-up could not get its name."""
    if options.file == open_file.STDOUT:
        if options.json:
            raise UsageError("The back-up itself goes to stdout", "Leave --json out.")
        if sys.stdout is not None and sys.stdout.isatty():
            raise UsageError("A back-up is nothing for a terminal", "Name a file, or a pipe.")
    elif os.path.lexists(Path(options.file)):
        raise UsageError(f"There is a file {one_line(options.file)} already", "Name a new one.")


def _tell(options: Options, found: "Restored", done: str) -> None:
    if options.json:
        print_json(found.to_doc())
    else:
        documents = "" if found.documents is None else f"{found.documents} documents, "
        print_clean(f"{done}: of {one_line(found.made)}, {documents}{_counted(found)}")
    if found.damaged:
        say(_damage(found))


def _counted(found: "Taken | Restored") -> str:
    return f"{found.files} files, {found.bytes / 1_000_000:.1f} MB"


def _remarks(taken: "Taken") -> list[str]:
    """What has to be known besides."""
    remarks = [_NO_KEY]
    if not taken.database:
        remarks.append(_NO_REPORTS)
    if not taken.objects:
        remarks.append(_NO_PICTURES)
    if taken.damaged:
        remarks.append(_damage(taken))
    return remarks


def _damage(found: "Taken | Restored") -> str:
    named = ", ".join(one_line(path) for path in found.damaged[:_NAMED])
    more = len(found.damaged) - _NAMED
    return _DAMAGED.format(files=f"{named} and {more} more" if more > 0 else named)
