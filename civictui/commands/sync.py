"""`civictui sync`: one full sync. Exit 0 only when nothing is unsent and nothing is held.

What a rule of the link keeps back (`photos = "depot"`, `daily_megabytes`) is unsent, too; it is
said for what it is.

Where the operator has disabled this terminal or this version, what waits is sent and nothing is
fetched. Never 0 then: 22 when nothing is left here, which a script may take for "safe to put
away", and 1 as ever while something still waits.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Iterator
from dataclasses import asdict

from civictui.bootstrap import build, pack_order, sync_once
from civictui.commands.options import PLACE_HELP, password_of, print_json, settings_of, user_of
from civictui.domain.errors import Barred, FeatureOff, StillUnsent, UsageError
from civictui.domain.model import Audit, Pack, PackOrder, PackStep, SyncResult
from civictui.domain.model.packing import MEGABYTE
from civictui.domain.model.policy import FEATURES
from civictui.domain.text import clean, one_line
from civictui.geo import notation

PICTURE_BYTES = 64 * 1024 * 1024
MOST_KILOMETERS = 50.0
_IN_WORDS = {"notice", "needs_you", "rest", "audit", "pack", "barred", "barred_words"}
"""Of a result: what is said on stderr."""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pictures",
        metavar="MB",
        help="how many MB of large pictures to fetch, the newest first (64, none where the setting "
        "photos is depot; 'all')",
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
    parser.add_argument(
        "--pack",
        action="store_true",
        help="fetch for a day without a link: pictures and map of what is assigned to you or near",
    )
    parser.add_argument(
        "--near", metavar="PLACE", help=f"with --pack: near here, not near you; {PLACE_HELP}"
    )
    parser.add_argument(
        "--radius", metavar="KM", help="with --pack: how far that is (setting pack_meters)"
    )
    parser.add_argument(
        "--megabytes", metavar="N", help="with --pack: of at most so much (pack_megabytes)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sync, print what moved and what is left."""
    settings = settings_of(options)
    budget = _budget(options.pictures, at_depot=settings.photos == "depot" and not options.photos)
    order = _order(options, pack_order(settings))
    client = build(settings)
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
            pack=order,
            packed=told.packed,
        )
    )
    if options.json:
        print_json(asdict(result))
    else:
        for name, value in asdict(result).items():
            if name not in _IN_WORDS:
                print(f"{name} {value}")
    for line in (*needing(result), *not_packed(result)):
        print(clean(line), file=sys.stderr)
    if result.barred:
        raise delivered(result)
    if result.unsent:
        raise StillUnsent(*still_unsent(result))
    if order and not result.pack:
        raise FeatureOff("pack", FEATURES["pack"])
    if result.held:
        raise StillUnsent("The sync is not whole", "Deletions on the server wait for your word.")
    if result.pack and result.pack.reason:
        raise StillUnsent(f"The packing broke off: {result.pack.reason}", "Say it again to go on.")
    return 0


def delivered(result: SyncResult) -> Barred | StillUnsent:
    """What to end with where this terminal only delivers: Barred when nothing is left here."""
    sent = f"sent {result.pushed + result.pictures_sent}, {result.unsent} wait"
    words = "; ".join(filter(None, (one_line(result.barred_words), sent)))
    barred = Barred(result.barred, words)
    if not result.unsent:
        return barred
    return StillUnsent(str(barred), "Say civictui sync again, or civictui export --sealed.")


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
        yield f"needs you: {one_line(entry.id)} {title}: {one_line(entry.reason)}"
    yield from _audited(result.audit)
    if result.conflicts:
        count = "1 conflict" if result.conflicts == 1 else f"{result.conflicts} conflicts"
        yield f"{count} to settle: see civictui list --conflicts, then civictui settle"
    if result.held:
        yield (
            f"the server deletes {result.held} of the reports here: nothing of that is done "
            "before you say civictui sync --allow-deletions"
        )


def not_packed(result: SyncResult) -> Iterator[str]:
    """What was packed, and what of it is missing and why, a line each."""
    pack = result.pack
    if pack is None:
        return
    counts = ", ".join(
        f"{count.here} of {count.wanted} {what}"
        for what, count in (
            ("thumbnails", pack.thumbnails),
            ("pictures", pack.pictures),
            ("map tiles", pack.tiles),
        )
    )
    megabytes = pack.bytes / 1_000_000
    yield f"packed: {_counted(pack.reports, 'report', 'reports')}, {counts}, {megabytes:.1f} MB"
    for entry in pack.lacking:
        title = one_line(entry.title) or "(no description)"
        noun = _LACKED[entry.step]
        what = f"{_counted(entry.count, noun, noun + 's')} of {title}" if entry.count else title
        yield f"missing: {what}: {one_line(entry.why)}"


_LACKED = {
    PackStep.THUMBNAILS: "thumbnail",
    PackStep.PICTURES: "picture",
    PackStep.MAP: "map tile",
}


def _audited(audit: Audit | None) -> Iterator[str]:
    if audit is None:
        return
    if not audit.answered:
        yield "audit: this server cannot say which pictures it has; nothing was checked"
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

    def packed(self, pack: Pack) -> None:
        """How far a packing is, each percent once."""
        self(f"packing {pack.step.value} {math.floor(pack.share * 100)} %")


def _order(options: argparse.Namespace, usual: PackOrder) -> PackOrder | None:
    """What is to be packed, None where nothing is. Raises UsageError, PlaceError."""
    given = [options.near, options.radius, options.megabytes]
    if not options.pack:
        if any(value is not None for value in given):
            raise UsageError("--near, --radius and --megabytes go with --pack", "Say --pack, too.")
        return None
    near = None if options.near is None else notation.parse(options.near)
    meters, most = usual.meters, usual.most
    if options.radius is not None:
        meters = _number(options.radius, "radius", MOST_KILOMETERS) * 1000
    if options.megabytes is not None:
        most = int(_number(options.megabytes, "number of MB", 1_000_000) * MEGABYTE)
    return PackOrder(near=near, meters=meters, most=most)


def _number(text: str, what: str, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise UsageError(f"{text[:20]!r} is no {what}", f"Write a number up to {most:g}.")
    return value


def _budget(text: str | None, *, at_depot: bool) -> int | None:
    """Bytes; None is no limit. A link that sends no large photos fetches none unasked either."""
    if text is None:
        return 0 if at_depot else PICTURE_BYTES
    if text == "all":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UsageError(
            f"{text[:20]!r} is no number of MB", "Write --pictures 64 or --pictures all."
        )
    return int(text) * 1024 * 1024
