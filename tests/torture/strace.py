"""Makes the kernel kill a worker, or refuse it, at its n-th call of one kind.

strace(1) is attached to a worker that waits for its word, so that the calls count from there.
"""

import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.torture.workers import Worker

CALLS = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2", "openat",
    "ftruncate", "unlink", "unlinkat", "mkdir", "mkdirat",
)  # fmt: skip
"""Everything with which a store changes files; machines differ in which of a pair they have."""


@dataclass
class Tracer:
    """An attached strace, seen from the process that started it."""

    process: subprocess.Popen[str]
    notes: Path

    @classmethod
    def attach(cls, strace: Path, worker: Worker, notes: Path, call: str, what: str) -> "Tracer":
        """`what` is done at `call`: "signal=SIGKILL:when=3", "error=EIO:when=3+"."""
        command = [str(strace), "-f", "-p", str(worker.pid), "-o", str(notes)]
        command += ["-e", f"trace={call}", "-e", f"inject={call}:{what}"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        said = process.stderr.readline()
        if "attached" not in said:
            process.wait()
            raise PermissionError(f"strace: {said.strip()}")
        return cls(process, notes)

    def end(self) -> bool:
        """Wait for its end; whether it did what it was to do."""
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()
        noted = self.notes.read_text(errors="replace")
        self.notes.unlink()
        return "(INJECTED)" in noted or "killed by SIGKILL" in noted


def known_calls() -> list[str]:
    """Those of CALLS that this machine has: newer ones know only the calls with a folder."""
    if platform.machine() in {"x86_64", "i686"}:
        return list(CALLS)
    return [call for call in CALLS if call not in {"rename", "unlink", "mkdir"}]
