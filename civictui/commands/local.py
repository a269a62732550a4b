"""Commands on the local store: open it, do one thing, close it."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from civictui.bootstrap import Client, build
from civictui.commands.options import password_of, settings_of, user_of

T = TypeVar("T")


def with_store(options: argparse.Namespace, work: Callable[[Client], Awaitable[T]]) -> T:
    """Unlock the user's store with the password alone, await `work`, and lock it again."""
    client = build(settings_of(options))
    user, password = user_of(options), password_of(options)

    async def whole() -> T:
        await client.service.unlock(user, password)
        try:
            return await work(client)
        finally:
            await client.service.lock()

    return asyncio.run(whole())
