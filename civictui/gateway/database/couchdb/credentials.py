"""How the gateway shows the backend who it is. No secret is in a repr or a message."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Protocol

from civictui.gateway.backing import Backing
from civictui.gateway.iam import IamTokens


class Credentials(Protocol):
    async def headers(self) -> Mapping[str, str]:
        """What goes with a request. Raises GatewayError."""
        ...

    def refused(self, headers: Mapping[str, str]) -> bool:
        """These were refused; whether others might not be."""
        ...

    async def close(self) -> None: ...


class Password:
    """A user of CouchDB; without a name nobody in particular."""

    def __init__(self, user: str, password: str) -> None:
        pair = b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"} if user else {}

    async def headers(self) -> Mapping[str, str]:
        return self._headers

    def refused(self, headers: Mapping[str, str]) -> bool:
        return False

    async def close(self) -> None:
        """There is nothing open."""


class IamKey:
    """An IAM API key, by way of its tokens."""

    def __init__(self, tokens: IamTokens) -> None:
        self._tokens = tokens

    async def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {await self._tokens.token()}"}

    def refused(self, headers: Mapping[str, str]) -> bool:
        """A token may have been taken back before its time: the next one is new."""
        self._tokens.forget(headers["Authorization"].removeprefix("Bearer "))
        return True

    async def close(self) -> None:
        await self._tokens.close()


def credentials_of(backing: Backing) -> Credentials:
    """Raises UsageError."""
    if backing.database_iam_key:
        return IamKey(IamTokens(backing.database_iam_key, backing.iam_token_url))
    return Password(backing.database_user, backing.database_password)
