"""`civictui sync`: one full sync. Exit 0 only when nothing is unsent and nothing is held.

What a rule of the link keeps back (`photos = "depot"`, `daily_megabytes`) is unsent, too; it is
said for what it is.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import asdict

from civictui.bootstrap import build, sync_once
from civictui.commands.options import password_of, print_json, settings_of, user_of
from civictui.domain.errors import StillUnsent, UsageError
from civictui.domain.model import Audit, SyncResult
from civictui.domain.text import clean, one_line

PICTURE_BYTES = 64 * 1024 * 1024
_IN_WORDS = {"notice", "needs_you", "rest", "audit"}
"""Of a result: what is said on stderr."""


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
    parser.add_argument(
        "--photos",
        action="store_true",
        help="send the photos, too, that wait for the depot or for tomorrow",
    )
    parser.add_argument(
        "--audit",
        action="store_true",
        help="ask whether the server has the photos of all reports; send again what it lacks",
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
            photos_now=options.photos,
            audit=options.audit,
        )
    )
    if options.json:
        print_json(asdict(result))
    else:
        for name, value in asdict(result).items():
            if name not in _IN_WORDS:
                print(f"{name} {value}")
    for line in needing(result):
        print(clean(line), file=sys.stderr)
    if result.unsent:
        raise StillUnsent(*still_unsent(result))
    if result.held:
        raise StillUnsent("The sync is not whole", "Deletions on the server wait for your word.")
    return 0


def still_unsent(result: SyncResult) -> tuple[str, str]:
    """What is not sent, and what can be done. What waits by a rule alone is no trouble."""
    resting = _counted(result.resting, "photo waits", "photos wait")
    if result.unsent == result.resting:
        return f"{resting} {result.rest}", "civictui sync --photos sends them now."
    many = _counted(result.unsent, "report or photo is", "reports or photos are")
    rest = f", of which {resting} {result.rest}" if result.resting else ""
    return f"{many} still unsent{rest}", "See them with civictui list."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def needing(result: SyncResult) -> Iterator[str]:
    """What a person should know or do, a line each."""
    if result.notice:
        yield result.notice
    for entry in result.needs_you:
        title = one_line(entry.title) or "(no description)"
        yield f"needs you: {entry.id} {title}: {one_line(entry.reason)}"
    yield from _audited(result.audit)
    if result.conflicts:
        count = "1 conflict" if result.conflicts == 1 else f"{result.conflicts} conflicts"
        yield f"{count} to settle: see civictui list --conflicts, then civictui settle"
    if result.held:
        yield (
            f"the server deletes {result.held} of the reports here: nothing of that is done "
            "before you say civictui sync --allow-deletions"
        )


def _audited(audit: Audit | None) -> Iterator[str]:
    if audit is None:
        return
    again = _counted(len(audit.queued), "report has", "reports have")
    yield (
        f"audit: of {audit.checked} pictures the server lacks {audit.missing}; "
        f"{again} some sent again"
    )
    for entry in audit.lost:
        title = one_line(entry.title) or "(no description)"
        yield f"neither on the server nor here: a photo of {entry.id} {title}"


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
