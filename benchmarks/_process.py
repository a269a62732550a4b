"""What another process takes of the machine, as Linux counts it."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    pid: int

    @property
    def megabytes(self) -> float:
        """Resident now."""
        return self._megabytes("VmRSS")

    @property
    def peak(self) -> float:
        """The most that ever was resident, in megabytes."""
        return self._megabytes("VmHWM")

    @property
    def seconds(self) -> float:
        """Processor time of all its threads, the system's part included."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _megabytes(self, name: str) -> float:
        """One line of its status: `VmRSS:     36500 kB`."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition(f"{name}:")[2].split()[0]) / 1024
