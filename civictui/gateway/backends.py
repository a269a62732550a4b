"""Everything that the routes work with, opened together and closed together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from starlette.requests import Request

from civictui.domain.ports import Clock
from civictui.gateway.accounts.attempts import Attempts
from civictui.gateway.accounts.families import Families
from civictui.gateway.accounts.opening import open_accounts
from civictui.gateway.accounts.passwords import STANDARD
from civictui.gateway.accounts.port import AccountSource
from civictui.gateway.accounts.recoveries import Recoveries
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.accounts.sessions import Sessions
from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.audit import Audit
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.database.logs import Logs
from civictui.gateway.database.opening import open_database
from civictui.gateway.database.port import Database
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.devices.barred import Barring
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.logs import ClientLogs
from civictui.gateway.devices.register import Register
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.held import Held
from civictui.gateway.maps import ROOM, Maps
from civictui.gateway.objects.objects import Objects
from civictui.gateway.objects.opening import open_objects
from civictui.gateway.objects.sight import Sight
from civictui.gateway.objects.uploads import Uploads
from civictui.gateway.policy import PolicyFile, PolicySigner
from civictui.gateway.sealed import Shelf
from civictui.gateway.signing import SigningKey
from civictui.storage.slots import Cost
from civictui.storage.thread import StoreThread

_LONG_ANSWERS = 4
"""How many long answers are made at one time."""
ACCESS_SECONDS = 900
"""How long an access token is good."""


@dataclass(frozen=True, slots=True)
class Backends:
    """One open data folder. `close` it, or the next process finds its thread still at work."""

    id: str
    public_key: str
    """What this gateway's signatures are verified with, base64url."""
    recovery_key: Mapping[str, str]
    """The organisation's recovery key as devices are told it."""
    clock: Clock
    policy: PolicyFile
    policy_signer: PolicySigner
    disabled: DisabledDevices
    barring: Barring
    register: Register
    """What each device last sent and still holds."""
    client_logs: ClientLogs
    accounts: AccountSource
    sessions: Sessions
    recoveries: Recoveries
    audit: Audit
    database: Database
    logs: Logs
    objects: Objects
    uploads: Uploads
    maps: Maps
    thread: StoreThread
    folder: Path
    held: Held
    long_answers: asyncio.Semaphore
    """Places for long answers, see `routes.feed`."""

    @classmethod
    def open(
        cls,
        folder: GatewayFolder,
        clock: Clock,
        access_seconds: int = ACCESS_SECONDS,
        cost: Cost = STANDARD,
        backing: Backing = EMBEDDED,
    ) -> "Backends":
        """Raises StoreDamaged, StoreError, UsageError. No network is asked yet."""
        policy, disabled = PolicyFile(folder), DisabledDevices(folder)
        barring = Barring(disabled, policy)
        barring.check()
        signing, recovery, audit = SigningKey.of(folder), RecoveryKey(folder), Audit(folder, clock)
        thread = StoreThread("gateway")
        database = open_database(folder, thread, backing, clock)
        objects = open_objects(folder, thread, backing, clock)
        sight = Sight(database.naming, partial(reading_for, database))
        accounts = open_accounts(folder, cost, backing, clock)
        families = open_families(folder, clock, access_seconds)
        attempts = Attempts(folder, clock)
        sessions = Sessions(thread, accounts, attempts, families, audit, barring, clock)
        return cls(
            id=folder.id,
            public_key=signing.public_key,
            recovery_key=recovery.handed_out(folder.id, signing),
            clock=clock,
            policy=policy,
            policy_signer=PolicySigner(signing),
            disabled=disabled,
            barring=barring,
            register=Register(folder, thread, disabled, clock),
            client_logs=ClientLogs(folder, clock),
            accounts=accounts,
            sessions=sessions,
            recoveries=Recoveries(thread, sessions, recovery, audit, barring, folder.id),
            audit=audit,
            database=database,
            logs=Logs(database),
            objects=objects,
            uploads=Uploads(folder, thread, objects, clock, sight, backing.daily_bytes),
            maps=Maps(folder.path / ROOM),
            thread=thread,
            folder=folder.path,
            held=Held(),
            long_answers=asyncio.Semaphore(_LONG_ANSWERS),
        )

    async def close(self) -> None:
        """Let what was begun finish, then close the files."""
        await self.sessions.close()
        await self.register.close()
        self.thread.close()
        await self.database.close()
        await self.objects.close()
        self.audit.close()


def open_families(
    folder: GatewayFolder, clock: Clock, access_seconds: int = ACCESS_SECONDS
) -> Families:
    shelf = Shelf(folder.room("sessions"), folder.key("sessions"), "session")
    return Families(shelf, clock, access_seconds)


def backends_of(request: Request) -> Backends:
    return cast(Backends, request.app.state.backends)


def grant_of(request: Request) -> Grant:
    """Who asks; only behind the gate."""
    return cast(Grant, request.state.grant)
