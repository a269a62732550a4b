"""Who asks: a signed-in user as the documents and pictures know one."""

from dataclasses import dataclass

from civictui.gateway.area import Area

TECHNICIAN = "technician"
SUPERVISOR = "supervisor"
ADMIN = "admin"
ROLES = (TECHNICIAN, SUPERVISOR, ADMIN)


@dataclass(frozen=True, slots=True)
class Viewer:
    """`area` is what this user may see; None is everything."""

    user: str
    roles: frozenset[str] = frozenset()
    area: Area | None = None

    @property
    def is_admin(self) -> bool:
        return ADMIN in self.roles

    @property
    def is_supervisor(self) -> bool:
        """Whether reports of others are this user's to withdraw; an administrator's are, too."""
        return not self.roles.isdisjoint({SUPERVISOR, ADMIN})
