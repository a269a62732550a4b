"""`civictui serve policy --for USER`: what one user is told of the policy in force."""

import asyncio
from typing import TYPE_CHECKING, Any

from civictui.commands import serve_backing
from civictui.commands.options import print_clean, print_json
from civictui.commands.serve_folder import Options, folder_of
from civictui.domain.errors import UsageError
from civictui.domain.text import one_line

if TYPE_CHECKING:
    from civictui.gateway.accounts.port import Account
    from civictui.gateway.folder import GatewayFolder


def print_told(options: Options) -> int:
    """On a device that is not disabled. Raises UsageError for a user who is not let in."""
    from civictui.domain.model.policy import version_key
    from civictui.gateway.policy import PolicyFile

    version = options.their_version
    if version is not None and version_key(version) is None:
        raise UsageError(f"{one_line(version)[:40]!r} is no version", "Write it like 1.2.0.")
    folder = folder_of(options)
    viewer = asyncio.run(_account(options, folder)).viewer
    rules = PolicyFile(folder).current()
    told = rules.told(viewer, "", False, folder.id)
    barred = rules.bars(version or "")
    if options.json:
        print_json({"roles": sorted(viewer.roles), "barred": barred, "policy": told})
    else:
        for name, value in _lines(told, viewer.roles, version, barred):
            print_clean(f"{name:<14}  {value}")
    return 0


async def _account(options: Options, folder: "GatewayFolder") -> "Account":
    """The user, of the folder or of --accounts before the action. Raises UsageError."""
    from civictui.clock import SystemClock
    from civictui.gateway.accounts.accounts import no_user
    from civictui.gateway.accounts.opening import open_accounts
    from civictui.gateway.accounts.passwords import STANDARD
    from civictui.gateway.problems import Problem

    backing = serve_backing.backing_of(options)
    source = open_accounts(folder, STANDARD, backing, SystemClock())
    try:
        account = await source.find(options.whom)
    except Problem as error:
        raise UsageError(error.reason.rstrip("."), "Try again when it answers.") from error
    finally:
        await source.close()
    if account is None:
        raise no_user(one_line(options.whom))
    return account


def _lines(
    told: dict[str, Any], roles: frozenset[str], version: str | None, barred: bool
) -> list[tuple[str, str]]:
    """What a person wants to know of it."""
    from civictui.domain.model.policy import FEATURES

    off = [f"{name} ({FEATURES[name]})" for name in told["features"]]
    lines = [("user", f"{one_line(told['user'])} ({', '.join(sorted(roles))})")]
    if version is not None:
        said = "may only deliver what is queued" if barred else "may work"
        lines.append(("version", f"{one_line(version)}: {said}"))
    days = told["offline_days"]
    return [
        *lines,
        ("notice", one_line(told["message"]) or "none"),
        ("switched off", ", ".join(off) or "nothing"),
        ("without a link", f"{days} days" if days else "no limit"),
        ("client logs", "taken" if told["client_logs"] else "not taken"),
        ("photos", f"{told['photo_bytes']} bytes, thumbnails {told['thumbnail_bytes']}"),
        ("positions", f"marked beyond {told['accuracy_meters']} m"),
    ]
