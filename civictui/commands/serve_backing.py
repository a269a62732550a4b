"""Where a gateway's documents, accounts and pictures lie: the options of `serve` for that."""

import argparse
import os
import stat
import sys
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from civictui.domain.errors import UsageError
from civictui.domain.text import one_line
from civictui.gateway.backing import DAILY_BYTES, IAM_TOKEN_URL, Backing
from civictui.origin import is_loopback

_SECRET_BYTES = 4096
_MEGA = 1024 * 1024
_IN_THE_ADDRESS = (
    "the credentials in the address of {option} can be read by everybody on this machine; "
    "{option}-user and {option}-password-file keep them to themselves"
)


def register(parser: argparse.ArgumentParser) -> None:
    """Add all the options, with their defaults."""
    said = "Without these options everything lies sealed in the gateway's folder."
    add = _adding(parser.add_argument_group("where things lie", said), at_top=True)
    _add_database(add)
    add("--accounts", "URL", "a CouchDB whose _users may sign in, by the same credentials")
    add("--objects", "URL", "s3://BUCKET?endpoint=URL&region=NAME&prefix=TEXT")
    add("--objects-key-file", "FILE", "HMAC keys: the access key and the secret, a line each")
    add("--objects-iam-key-file", "FILE", "or an IAM API key (IBM Cloud Object Storage)")
    mega = DAILY_BYTES // _MEGA
    said = f"megabytes of pictures that each user may send a day ({mega})"
    add("--daily-megabytes", "N", said, str(mega))


def register_database(parser: argparse.ArgumentParser, said: str) -> None:
    """Those that name the database, for an action of `serve`: an absent one changes nothing."""
    _add_database(_adding(parser.add_argument_group("where the database lies", said), at_top=False))


class _Add(Protocol):
    def __call__(self, name: str, metavar: str, text: str, default: str = "") -> None: ...


def _adding(group: "argparse._ArgumentGroup", *, at_top: bool) -> _Add:
    def add(name: str, metavar: str, text: str, default: str = "") -> None:
        absent = default if at_top else argparse.SUPPRESS
        group.add_argument(name, metavar=metavar, default=absent, help=text)

    return add


def _add_database(add: _Add) -> None:
    add("--database", "URL", "a database of CouchDB or Cloudant: https://couch.example.org/reports")
    add("--database-user", "NAME", "the gateway's own user there")
    add("--database-password-file", "FILE", "that user's password")
    add("--database-iam-key-file", "FILE", "or an IAM API key (Cloudant)")
    add("--iam-token-url", "URL", "where IAM keys become tokens", IAM_TOKEN_URL)


def backing_of(options: argparse.Namespace) -> Backing:
    """What the options say. Warns on stderr of secrets that others can read. Raises UsageError."""
    database, user, password = _without_credentials("--database", options.database)
    if options.database_password_file:
        password = _secret(options.database_password_file)
    backing = Backing(
        database=database,
        database_user=options.database_user or user,
        database_password=password,
        database_iam_key=_secret(options.database_iam_key_file),
        accounts=_plain("--accounts", options.accounts),
        objects=options.objects,
        objects_key=_key_pair(options.objects_key_file),
        objects_iam_key=_secret(options.objects_iam_key_file),
        iam_token_url=_plain("--iam-token-url", options.iam_token_url),
        daily_bytes=_megabytes(options.daily_megabytes),
    )
    _check(backing)
    return backing


def _check(backing: Backing) -> None:
    """Raises UsageError for options that do not go together."""
    elsewhere = backing.database or backing.accounts
    if (backing.database_user or backing.database_iam_key) and not elsewhere:
        raise UsageError("Credentials for a database are given, but no --database")
    if backing.database_user and backing.database_iam_key:
        raise UsageError("Sign in there with a password or with an IAM key, not both")
    if bool(backing.database_user) != bool(backing.database_password):
        raise UsageError("A user and a password belong together", "See --database-password-file.")
    if (backing.objects_key or backing.objects_iam_key) and not backing.objects:
        raise UsageError("Keys for an object storage are given, but no --objects")
    if backing.objects_key and backing.objects_iam_key:
        raise UsageError("Sign in there with HMAC keys or with an IAM key, not both")


def _without_credentials(option: str, url: str) -> tuple[str, str, str]:
    """The address, and the user and password that stood in it: for loopback alone."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise UsageError(f"{option} is no address", "Write it like https://host/name.") from error
    if not (parts.username or parts.password):
        return url, "", ""
    if not is_loopback(host):
        raise UsageError(
            f"Credentials do not belong into the address of {option}",
            f"Use {option}-user and {option}-password-file.",
        )
    _warn(_IN_THE_ADDRESS.format(option=option))
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, unquote(parts.username or ""), unquote(parts.password or "")


def _plain(option: str, url: str) -> str:
    """An address that has no credentials. Raises UsageError."""
    if "@" in url.partition("?")[0]:
        raise UsageError(f"Credentials do not belong into the address of {option}")
    return url


def _key_pair(path: str) -> tuple[str, str] | None:
    if not path:
        return None
    lines = _secret(path).split()
    if len(lines) != 2:
        raise UsageError(f"{path} has no two lines", "The access key, then its secret.")
    return lines[0], lines[1]


def _megabytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 9 and int(text)):
        raise UsageError(f"{text[:20]!r} is no number of megabytes", "Write one from 1 on.")
    return int(text) * _MEGA


def secret_in(path: str) -> str:
    """What the file of a secret holds. Warns where others can read it. Raises UsageError."""
    return _secret(path)


def _secret(path: str) -> str:
    """What a file holds, without the end of its last line; "" for no file. Raises UsageError."""
    if not path:
        return ""
    try:
        with Path(path).open("rb") as file:
            content = file.read(_SECRET_BYTES + 1)
        text = content.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "this is not UTF-8"
        raise UsageError(f"{one_line(path)} cannot be read: {why}", "Name a text file.") from error
    if not text or len(content) > _SECRET_BYTES:
        raise UsageError(f"{one_line(path)} holds no secret of up to {_SECRET_BYTES} bytes")
    warn_where_open(Path(path))
    return text


def warn_where_open(secret: Path) -> None:
    """Say so where others on this machine can read the file of a secret."""
    try:
        mode = secret.stat().st_mode
    except OSError:
        return  # whoever reads it says why it cannot be
    given = os.environ.get("CREDENTIALS_DIRECTORY")  # by systemd, which lets this user alone in
    if mode & (stat.S_IRGRP | stat.S_IROTH) and not (given and secret.is_relative_to(given)):
        _warn(f"{one_line(str(secret))} can be read by others on this machine: chmod 600")


def _warn(words: str) -> None:
    print(f"Warning: {words}.", file=sys.stderr)
