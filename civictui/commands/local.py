"""Commands on the local store: open it, do one thing, close it."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from civictui import __version__
from civictui.bootstrap import Client, build
from civictui.commands.options import password_of, settings_of, user_of
from civictui.domain.crash import Crash, Crashed
from civictui.domain.errors import CivicError
from civictui.domain.text import clean

if TYPE_CHECKING:
    from civictui.storage.adapters import UnlockedStore

T = TypeVar("T")


def with_store(
    options: argparse.Namespace,
    work: Callable[[Client], Awaitable[T]],
    password: str = "",
    *,
    to_rescue: bool = False,
) -> T:
    """Unlock the user's store with the password alone, await `work`, and lock it again.

    The password is asked for unless the caller has done so. Raises Barred and OfflineTooLong
    before `work` begins, unless it is one that goes on then (`to_rescue`): its store is
    `outgoing`. Raises Crashed where `work` fails for a reason of ours.
    """
    client = build(settings_of(options))
    user = user_of(options)
    password = password or password_of(options)

    async def whole() -> T:
        service, over = client.service, options.take_over
        if notice := await service.unlock(user, password, take_over=over, to_rescue=to_rescue):
            print(clean(notice), file=sys.stderr)
        try:
            if not to_rescue:
                service.check_open()
            return await work(client)
        except (CivicError, OSError):
            raise
        except Exception as error:
            raise await _recorded(client, error, work.__module__) from error
        finally:
            await client.service.lock()

    return asyncio.run(whole())


async def _recorded(client: Client, error: Exception, where: str) -> Exception:
    """The failure with the record of it that the store has now; as it is where none can be."""
    crash = Crash.of(error, __version__, where)
    try:
        await client.service.keep_crash(crash)
    except CivicError:
        return error
    return Crashed(crash)


def unlocked(client: Client) -> "UnlockedStore":
    """The open store itself, for what works on its tables as a whole; see `to_rescue`."""
    return cast("UnlockedStore", client.service.outgoing)
