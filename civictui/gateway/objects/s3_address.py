"""Where a bucket is: s3://bucket?endpoint=URL&region=NAME&prefix=TEXT"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from civictui.domain.errors import UsageError
from civictui.origin import origin_of

_EXAMPLE = "Write it like s3://bucket?endpoint=https://s3.example.org&region=eu-de."
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,199}", re.ASCII)
_REGION_BY_DEFAULT = "us-east-1"
_REGION = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class S3Address:
    """A bucket, and what the keys in it begin with. Without an endpoint it is Amazon's."""

    bucket: str
    endpoint: str = ""
    region: str = _REGION_BY_DEFAULT
    prefix: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises UsageError. Over the network only https is spoken."""
        parts = urlsplit(url)
        told = dict(parse_qsl(parts.query, keep_blank_values=True))
        unknown = set(told) - {"endpoint", "region", "prefix"}
        plain = parts.scheme == "s3" and not (parts.path.strip("/") or parts.fragment)
        if not plain or unknown or not _BUCKET.fullmatch(parts.netloc):
            raise UsageError("This is no address of a bucket", _EXAMPLE)
        region, prefix = told.get("region") or _REGION_BY_DEFAULT, told.get("prefix", "")
        if not _REGION.fullmatch(region) or (prefix and not _PREFIX.fullmatch(prefix)):
            raise UsageError("This is no region, or no prefix of keys", _EXAMPLE)
        endpoint = told.get("endpoint", "")
        return cls(parts.netloc, origin_of(endpoint) if endpoint else "", region, prefix)
