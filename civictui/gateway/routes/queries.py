"""Query parameters of the replication paths, read strictly: what is misspelt is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from civictui.codec import BadJson, decode
from civictui.gateway.problems import Problem, bad_request

LONGEST_WAIT = 600.0
_DEFAULT_WAIT = 60.0
_SHORTEST_HEARTBEAT = 1.0
_EVERYTHING = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedQuery:
    """What a `_changes` request asks for; `since` stays the text that the database reads."""

    since: str
    limit: int
    descending: bool
    include_docs: bool
    conflicts: bool
    all_leaves: bool
    longpoll: bool
    wait: float
    """Seconds until an empty longpoll answers."""
    heartbeat: float
    """Seconds between the blanks that keep a longpoll's connection open; 0 is none."""
    interval: int
    """Give a sequence in every so many rows only."""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Self:
        """Raises Problem 400."""
        if "filter" in params:
            raise Problem(400, "filter_refused", "Filters are not taken; ask for all changes.")
        heartbeat = _heartbeat(params.get("heartbeat", "false"))
        default = LONGEST_WAIT if heartbeat else _DEFAULT_WAIT
        return cls(
            since=_unquoted(params.get("since", "0")),
            limit=max(1, number(params, "limit", _EVERYTHING)),
            descending=flag(params, "descending"),
            include_docs=flag(params, "include_docs"),
            conflicts=flag(params, "conflicts"),
            all_leaves=_choice(params, "style", ("main_only", "all_docs")) == "all_docs",
            longpoll=_choice(params, "feed", ("normal", "longpoll")) == "longpoll",
            wait=min(LONGEST_WAIT, number(params, "timeout", round(default * 1000)) / 1000),
            heartbeat=heartbeat,
            interval=max(1, number(params, "seq_interval", 1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocQuery:
    """What a GET of a document asks for."""

    rev: str | None
    open_revs: tuple[str, ...] | None
    """Revisions by name; empty for all leaves; None where one document is asked for."""
    revs: bool
    conflicts: bool
    latest: bool

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Self:
        """Raises Problem 400."""
        return cls(
            rev=params.get("rev"),
            open_revs=_open_revs(params.get("open_revs")),
            revs=flag(params, "revs"),
            conflicts=flag(params, "conflicts"),
            latest=flag(params, "latest"),
        )


def flag(params: Mapping[str, str], name: str) -> bool:
    return _choice(params, name, ("false", "true")) == "true"


def number(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise _unreadable(name, "a whole number")
    return int(text)


def _choice(params: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = params.get(name, choices[0])
    if text not in choices:
        raise _unreadable(name, " or ".join(choices))
    return text


def _heartbeat(text: str) -> float:
    if text == "false":
        return 0.0
    if text == "true":
        return _DEFAULT_WAIT
    return max(_SHORTEST_HEARTBEAT, number({"heartbeat": text}, "heartbeat", 0) / 1000)


def _unquoted(text: str) -> str:
    """A sequence may come as the JSON string that it is in an answer."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _open_revs(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    if text == "all":
        return ()
    try:
        revs = decode(text)
    except BadJson:
        revs = None
    if not isinstance(revs, list) or not revs or not all(isinstance(rev, str) for rev in revs):
        raise bad_request("`open_revs` is all, or a JSON array of revisions.")
    return tuple(revs)


def _unreadable(name: str, wanted: str) -> Problem:
    return Problem(400, "query_parse_error", f"Invalid value for `{name}`: it is {wanted}.")
