"""What a gateway stands on: its own folder, or servers of others. Read from the command line."""

from dataclasses import dataclass, field

DAILY_BYTES = 512 * 1024 * 1024
"""How much a user may announce in any 24 hours: some 1,300 photos as terminals send them."""
IAM_TOKEN_URL = "https://iam.cloud.ibm.com/identity/token"  # noqa: S105 - an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """Where documents, accounts and pictures lie; empty means in the gateway's own folder.

    The secrets are never in a repr. An address is what it was without credentials.
    """

    database: str = ""
    """URL of a database of CouchDB or Cloudant, such as https://couch.example.org/reports."""
    database_user: str = ""
    database_password: str = field(default="", repr=False)
    database_iam_key: str = field(default="", repr=False)
    """An IAM API key, instead of user and password."""
    accounts: str = ""
    """URL of a CouchDB whose `_users` may sign in."""
    objects: str = ""
    """s3://bucket?endpoint=URL&region=NAME&prefix=TEXT"""
    objects_key: tuple[str, str] | None = field(default=None, repr=False)
    """Access key and secret of the S3 side."""
    objects_iam_key: str = field(default="", repr=False)
    iam_token_url: str = IAM_TOKEN_URL
    daily_bytes: int = DAILY_BYTES


EMBEDDED = Backing()
