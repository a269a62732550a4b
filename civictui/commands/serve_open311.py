"""Whether a gateway speaks Open311 GeoReport v2, and what it tells by it: the options for that."""

import argparse

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.gateway.open311.offer import Offer

_LONGEST = 200
_A_MINUTE = Offer().a_minute
_MOST_A_MINUTE = 1_000_000


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options, with their defaults: it is off."""
    said = "GeoReport v2 below /open311/v2. Posting needs a key: see civictui serve add-key."
    group = parser.add_argument_group("Open311", said)
    group.add_argument("--open311", action="store_true", help="speak it")
    group.add_argument(
        "--open311-public",
        action="store_true",
        help="everybody reads all reports (else a key reads what its account posted)",
    )
    group.add_argument(
        "--open311-notes",
        action="store_true",
        help="tell the words with which a status was set, as status_notes",
    )
    group.add_argument(
        "--open311-limit",
        metavar="N",
        type=int,
        help=f"requests that a key may make in a minute ({_A_MINUTE})",
    )
    group.add_argument("--jurisdiction", metavar="ID", default="", help="such as city.gov")


def offer_of(options: argparse.Namespace) -> Offer | None:
    """What the options say; None where Open311 stays off. Raises UsageError."""
    said, limit = options.jurisdiction, options.open311_limit
    if not options.open311:
        if options.open311_public or options.open311_notes or said or limit is not None:
            raise UsageError("This is about Open311, which is off", "Say --open311, too.")
        return None
    if len(said) > _LONGEST or one_line(said) != said:
        raise UsageError("This is no jurisdiction", "Write it like city.gov.")
    limit = _A_MINUTE if limit is None else limit
    if not 0 < limit <= _MOST_A_MINUTE:
        raise UsageError("This is no limit for a key", f"Say 1 to {_MOST_A_MINUTE} a minute.")
    return Offer(
        jurisdiction=said,
        public=options.open311_public,
        notes=options.open311_notes,
        a_minute=limit,
    )
