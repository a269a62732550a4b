"""`civictui serve add-user` and the like: who may sign in, as what, and where.

They work on the accounts in the gateway's folder, whether it is served or not; a running gateway
obeys at its next request. Each is in the audit log.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from civictui.codec import BadJson, decode
from civictui.commands.options import print_clean, print_json, settings_of
from civictui.commands.serve_devices import left_behind
from civictui.commands.serve_folder import (
    Actions,
    Options,
    action,
    folder_of,
    new_password,
    say,
    takes_json,
    takes_password,
)
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.accounts.accounts import StoredAccount
    from civictui.gateway.area import Area

_AREA_BYTES = 4 * 1024 * 1024
_ROLES = ("technician", "supervisor", "admin")
_LEFT = "What may wait on these terminals does not come any more:"
_TAKE_BACK = """\
To have it, civictui serve enable-user {name}, let that person sign in there, and disable the
devices first. See docs/devices.md."""
_STDIN = "The password is the first line of stdin, or typed unseen."


def register(actions: Actions) -> None:
    """Add the actions about users to the parser of `serve`."""
    add = action(actions, "add-user", "add an account", add_user, _STDIN)
    change = action(actions, "set-user", "change a user's role, area or name", set_user)
    another = action(actions, "passwd", "give a user another password", set_password, _STDIN)
    out = action(actions, "disable-user", "let a user in no more; all sessions end", disable_user)
    back = action(actions, "enable-user", "let a disabled user in again", enable_user)
    for parser in (add, change, another, out, back):
        parser.add_argument("name", metavar="NAME", help="as the user signs in")
    for parser in (add, another):
        takes_password(parser)
    _takes_fields(add)
    _takes_fields(change).add_argument("--no-area", action="store_true", help="from now everything")
    takes_json(action(actions, "users", "print the accounts", print_users))


def add_user(options: Options) -> int:
    """Add an account to a gateway's folder, which is made on first use."""
    from civictui.gateway import provisioning

    area, password = _area(options.area), new_password(options)
    folder = provisioning.open_folder(settings_of(options).data_dir)
    roles = options.role or _ROLES[:1]
    shown = options.display_name or ""
    account = provisioning.add_user(folder, options.name, password, shown, roles=roles, area=area)
    say(f"added {_line_of(account.name, account.roles, account.area)}")
    return 0


def set_user(options: Options) -> int:
    """Change what is named; the rest of the account stays."""
    from civictui.gateway import provisioning
    from civictui.gateway.accounts.accounts import Changes

    changes = Changes(
        display_name=options.display_name,
        roles=frozenset(options.role) if options.role else None,
        area=_area(options.area),
        no_area=options.no_area,
    )
    if changes == Changes():
        raise UsageError("Nothing is to change", "Say --role, --area, --no-area, --display-name.")
    if changes.area and changes.no_area:
        raise UsageError("--area and --no-area do not go together")
    account = provisioning.set_user(folder_of(options), options.name, changes)
    say(f"changed {_line_of(account.name, account.roles, account.area)}")
    return 0


def set_password(options: Options) -> int:
    """Give a user who forgot the password another one; every session of that user ends."""
    from civictui.gateway import provisioning

    folder = folder_of(options)
    provisioning.set_password(folder, options.name, new_password(options))
    say(f"{one_line(options.name)} has another password now, and signs in anew")
    return 0


def disable_user(options: Options) -> int:
    """Let a user in no more, and say which terminals may hold what does not come any more."""
    from civictui.gateway import provisioning

    folder = folder_of(options)
    provisioning.enable_user(folder, options.name, enabled=False)
    say(f"{one_line(options.name)} is disabled; every session has ended")
    if left := left_behind(folder, options.name):
        say("\n".join([_LEFT, *left, _TAKE_BACK.format(name=one_line(options.name))]))
    return 0


def enable_user(options: Options) -> int:
    from civictui.gateway import provisioning

    provisioning.enable_user(folder_of(options), options.name, enabled=True)
    say(f"{one_line(options.name)} may sign in again")
    return 0


def print_users(options: Options) -> int:
    """Print every account: a line each, or a JSON array of objects."""
    from civictui.gateway import provisioning

    accounts = provisioning.users_of(folder_of(options))
    if options.json:
        print_json([_as_json(account) for account in accounts])
    else:
        for account in accounts:
            print_clean(_line(account))
    return 0


def _takes_fields(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--role",
        action="append",
        choices=_ROLES,
        help="what this user may do (technician); may be said again for another one",
    )
    parser.add_argument(
        "--area",
        metavar="W,S,E,N|FILE",
        help="what this user sees: degrees, or a GeoJSON file; without one everything",
    )
    parser.add_argument("--display-name", metavar="TEXT", help="as others read it")
    return parser


def _area(text: str | None) -> "Area | None":
    """The area that an option names. Raises UsageError."""
    from civictui.gateway.area import Area

    if text is None:
        return None
    parts = text.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        return Area.from_geojson(_geojson(Path(text)))
    try:
        return Area.box(west, south, east, north)
    except UsageError as error:
        raise _exchanged(parts, error) or error from None


def _exchanged(parts: list[str], why: UsageError) -> UsageError | None:
    """What to say of LAT,LON,LAT,LON, the order of --at; None where that is no area either."""
    from civictui.gateway.area import Area

    if not Area.is_exchanged(*(float(part) for part in parts)):
        return None
    south, west, north, east = (part.strip() for part in parts)
    return UsageError(
        str(why), f"Are they exchanged? West comes first: --area={west},{south},{east},{north}."
    )


def _geojson(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(_AREA_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{one_line(str(path))} is neither four degrees nor a file that can be read",
            "Say --area WEST,SOUTH,EAST,NORTH, or name a GeoJSON file.",
        ) from error
    try:
        return decode(content) if len(content) <= _AREA_BYTES else None
    except BadJson as error:
        raise UsageError(f"{one_line(str(path))} holds no JSON") from error


def _as_json(account: "StoredAccount") -> dict[str, Any]:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "roles": sorted(account.roles),
        "area": account.area.to_geojson() if account.area else None,
        "enabled": account.enabled,
    }


def _line(account: "StoredAccount") -> str:
    said = _line_of(account.name, account.roles, account.area)
    shown = f"  {one_line(account.display_name)}" if account.display_name != account.name else ""
    return said + shown + ("" if account.enabled else "  (disabled)")


def _line_of(name: str, roles: frozenset[str], area: "Area | None") -> str:
    """Name, roles and the corners of the area's box, in columns."""
    return f"{one_line(name):16}  {', '.join(sorted(roles)):12}  {_bounds(area)}"


def _bounds(area: "Area | None") -> str:
    if area is None:
        return "everywhere"
    corners = [corner for polygon in area.polygons for corner in polygon[0]]
    longitudes, latitudes = zip(*corners, strict=True)
    bounds = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    return ",".join(f"{degrees:.6g}" for degrees in bounds)
