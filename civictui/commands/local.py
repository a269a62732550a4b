"""Commands on the local store: open it, do one thing, close it."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from civictui.bootstrap import Client, build
from civictui.commands.options import password_of, settings_of, user_of
from civictui.domain.text import clean

if TYPE_CHECKING:
    from civictui.storage.adapters import UnlockedStore

T = TypeVar("T")


def with_store(
    options: argparse.Namespace, work: Callable[[Client], Awaitable[T]], password: str = ""
) -> T:
    """Unlock the user's store with the password alone, await `work`, and lock it again.

    The password is asked for unless the caller has done so.
    """
    client = build(settings_of(options))
    user = user_of(options)
    password = password or password_of(options)

    async def whole() -> T:
        await client.service.unlock(user, password, take_over=options.take_over)
        if notice := client.service.store.notice:
            print(clean(notice), file=sys.stderr)
        try:
            return await work(client)
        finally:
            await client.service.lock()

    return asyncio.run(whole())


def unlocked(client: Client) -> "UnlockedStore":
    """The open store itself, for what works on its tables as a whole."""
    return cast("UnlockedStore", client.service.store)
