"""`civictui serve add-key` and the like: who may post by Open311.

A key stands for an account, and does what that account may do. A running gateway obeys at its next
request. Each is in the audit log.
"""

from dataclasses import asdict

from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import Actions, Options, action, folder_of, say, takes_json
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

_SHOWN_ONCE = """\
This is the only time that the key is shown: what is kept of it is a hash. Whoever has it posts
reports as {name}."""
_NO_ACCOUNT = """\
{name} has no account in this folder: the key is good where the accounts that the gateway serves
have one."""


def register(actions: Actions) -> None:
    """Add the actions about API keys to the parser of `serve`."""
    add = action(actions, "add-key", "make an API key of Open311 for an account", add_key)
    away = action(actions, "remove-key", "take all API keys of an account away", remove_key)
    for parser in (add, away):
        parser.add_argument("name", metavar="NAME", help="the account")
    takes_json(action(actions, "keys", "print who has API keys", print_keys))


def add_key(options: Options) -> int:
    """Print a new key."""
    from civictui.clock import SystemClock
    from civictui.domain.model import now_text
    from civictui.gateway import provisioning
    from civictui.gateway.accounts.accounts import checked_name
    from civictui.gateway.audit import ADD_KEY
    from civictui.gateway.open311.keys import ApiKeys

    folder, name = folder_of(options), checked_name(options.name)
    with provisioning.audit_of(folder) as audit, audit.doing(ADD_KEY, name):
        key = ApiKeys(folder).make(name, now_text(SystemClock().now()))
    print_clean(key)
    say(_SHOWN_ONCE.format(name=one_line(name)))
    if not provisioning.has_user(folder, name):
        say(_NO_ACCOUNT.format(name=one_line(name)))
    return 0


def remove_key(options: Options) -> int:
    """Take an account's keys away. Raises UsageError where there is none."""
    from civictui.gateway import provisioning
    from civictui.gateway.audit import REMOVE_KEY
    from civictui.gateway.open311.keys import ApiKeys

    folder = folder_of(options)
    with provisioning.audit_of(folder) as audit, audit.doing(REMOVE_KEY, options.name):
        count = ApiKeys(folder).remove(options.name)
        if not count:
            raise UsageError("There is no such key", "civictui serve keys prints who has one.")
    say(f"removed {count} of {one_line(options.name)}")
    return 0


def print_keys(options: Options) -> int:
    """Print a line for each key: the account, when it was made, the beginning of its hash."""
    from civictui.gateway.open311.keys import ApiKeys

    keys = ApiKeys(folder_of(options)).all()
    if options.json:
        print_json([asdict(key) for key in keys])
        return 0
    for key in keys:
        print_clean(f"{one_line(key.user):<16}  {key.made}  {key.mark}")
    if not keys:
        say("No account has an API key.")
    return 0
