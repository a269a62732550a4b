"""`civictui sync`: one full sync. Exit 0 only when nothing is unsent and nothing is held."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import asdict

from civictui.bootstrap import build, sync_once
from civictui.commands.options import password_of, print_json, settings_of, user_of
from civictui.domain.errors import StillUnsent, UsageError
from civictui.domain.model import SyncResult
from civictui.domain.text import clean, one_line

PICTURE_BYTES = 64 * 1024 * 1024


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pictures",
        metavar="MB",
        default=str(PICTURE_BYTES // 1024 // 1024),
        help="how many MB of large pictures to fetch, the newest first (64; 'all')",
    )
    parser.add_argument(
        "--allow-deletions",
        action="store_true",
        help="let the server delete as many of the reports here as it likes",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sync, print what moved and what is left."""
    budget = _budget(options.pictures)
    client = build(settings_of(options))
    user, password = user_of(options), password_of(options)
    told = _Told()
    result = asyncio.run(
        sync_once(
            client,
            user,
            password,
            budget,
            told,
            take_over=options.take_over,
            allow_deletions=options.allow_deletions,
        )
    )
    if options.json:
        print_json(asdict(result))
    else:
        for name, value in asdict(result).items():
            if name not in {"notice", "needs_you"}:
                print(f"{name} {value}")
    for line in needing(result):
        print(clean(line), file=sys.stderr)
    if result.unsent:
        many = (
            "1 report or photo is"
            if result.unsent == 1
            else f"{result.unsent} reports or photos are"
        )
        raise StillUnsent(f"{many} still unsent", "See them with civictui list.")
    if result.held:
        raise StillUnsent("The sync is not whole", "Deletions on the server wait for your word.")
    return 0


def needing(result: SyncResult) -> Iterator[str]:
    """What a person should know or do, a line each."""
    if result.notice:
        yield result.notice
    for entry in result.needs_you:
        title = one_line(entry.title) or "(no description)"
        yield f"needs you: {entry.id} {title}: {one_line(entry.reason)}"
    if result.conflicts:
        count = "1 conflict" if result.conflicts == 1 else f"{result.conflicts} conflicts"
        yield f"{count} to settle: see civictui list --conflicts, then civictui settle"
    if result.held:
        yield (
            f"the server deletes {result.held} of the reports here: nothing of that is done "
            "before you say civictui sync --allow-deletions"
        )


class _Told:
    """Says each phase once, on stderr, where somebody is looking."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, phase: str) -> None:
        if phase != self._last and sys.stderr.isatty():
            print(phase, file=sys.stderr)
        self._last = phase


def _budget(text: str) -> int | None:
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(
            f"{text[:20]!r} is no number of MB", "Write --pictures 64 or --pictures all."
        )
    return int(text) * 1024 * 1024
