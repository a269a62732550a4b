"""The accounts that a gateway is told to let in."""

from civictui.domain.ports import Clock
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.couchdb import CouchUsers
from civictui.gateway.accounts.own import OwnAccounts
from civictui.gateway.accounts.port import AccountSource
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.storage.slots import Cost


def open_accounts(
    folder: GatewayFolder, cost: Cost, backing: Backing, clock: Clock
) -> AccountSource:
    """Open them without asking any network. Raises StoreDamaged, UsageError."""
    if backing.accounts:
        return CouchUsers.of(backing, clock)
    return OwnAccounts(Accounts(folder, cost), cost)
