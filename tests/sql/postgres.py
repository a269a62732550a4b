"""A PostgreSQL of the test's own: Debian's, in a folder that goes, on a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import require_tool

_DEBIAN = "/usr/lib/postgresql"
_NOBODY = "nobody"


@contextmanager
def running() -> Iterator[str]:
    """The address of an empty database. Skipped, and in CI failed, where there is no PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="cv-pg-"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner)
    try:
        bin_ = _programs()
        words = ["-D", str(folder / "data"), "-U", "works", "--auth=trust", "-E", "UTF8", "-N"]
        _run([str(bin_ / "initdb"), *words], owner, folder)
        settings = f"-F -c listen_addresses= -k {folder}"
        control = [str(bin_ / "pg_ctl"), "-w", "-D", str(folder / "data")]
        begin = [*control, "-l", str(folder / "log"), "-o", settings, "start"]
        _run(begin, owner, folder)
        try:
            yield f"postgresql+psycopg://works@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"], owner, folder)
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Where initdb and pg_ctl are; Debian keeps them out of the path, by version."""
    found = sorted(Path(_DEBIAN).glob("*/bin/initdb"))
    return found[-1].parent if found else require_tool("initdb").parent


def _owner() -> str | None:
    """Whom it runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else _NOBODY


def _run(words: list[str], owner: str | None, folder: Path) -> None:
    with (folder / "said").open("ab") as said:
        subprocess.run(words, check=True, user=owner, cwd=folder, stdout=said, stderr=said)
