"""The accounts that a gateway is told to let in."""

from civictui.domain.ports import Clock
from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.storage.slots import Cost


def open_accounts(folder: GatewayFolder, cost: Cost, backing: Backing, clock: Clock) -> Accounts:
    """Open them without asking any network. Raises StoreDamaged, UsageError."""
    return Accounts(folder, cost)
