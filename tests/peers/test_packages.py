"""How the packages of this folder come here: pinned, whole or not at all, from nowhere named."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools import require_packages, require_tool

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "tools" / "npm-peers.sh"
NPM = """#!/bin/sh
echo "$@" >> calls
mkdir -p node_modules
exit {status}
"""


class Clone:
    """A repository with the script and a lock alone, and a PATH with a made-up npm."""

    def __init__(self, root: Path) -> None:
        self.peers = root / "tests" / "peers"
        self._bin = root / "bin"
        for folder in (self.peers, self._bin, root / "tools"):
            folder.mkdir(parents=True)
        self._script = shutil.copy(SCRIPT, root / "tools")
        for name in ("bash", "dirname", "cmp", "cp", "mkdir"):
            (self._bin / name).symlink_to(require_tool(name))
        self.lock("one")

    def lock(self, content: str) -> None:
        (self.peers / "package-lock.json").write_text(content)

    def bring(self, program: str, status: int = 0) -> None:
        (self._bin / program).write_text(NPM.format(status=status))
        (self._bin / program).chmod(0o755)

    def run(self, **environment: str) -> tuple[int, str]:
        """Exit code and what it said on stderr."""
        known = {"PATH": str(self._bin), **environment}
        done = subprocess.run(
            [self._script], env=known, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout == ""
        return done.returncode, done.stderr

    @property
    def calls(self) -> int:
        """How often npm was called."""
        calls = self.peers / "calls"
        return len(calls.read_text().splitlines()) if calls.exists() else 0


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_packages_are_installed_once_for_each_lock(clone: Clone) -> None:
    clone.bring("node")
    clone.bring("npm")
    for lock, calls in (("one", 1), ("one", 1), ("two", 2), ("two", 2)):
        clone.lock(lock)
        assert clone.run(CI="true") == (0, "")
        assert clone.calls == calls
        require_packages(clone.peers)


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ({}, "node is not installed"),
        ({"node": 0}, "npm is not installed"),
        ({"node": 0, "npm": 1}, "npm could not install"),
    ],
)
def test_without_them_tests_skip_but_not_in_ci(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, programs: dict[str, int], said: str
) -> None:
    for program, status in programs.items():
        clone.bring(program, status)
    for ci, code in (("", 0), ("true", 1)):
        assert clone.run(CI=ci)[0] == code
        assert said in clone.run(CI=ci)[1]
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="make peers"):
        require_packages(clone.peers)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make peers"):
        require_packages(clone.peers)


def test_the_lock_pins_every_package_by_hash_and_names_no_source() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert {"node_modules/pouchdb", "node_modules/express-pouchdb"} <= packages.keys()
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values()), "an exact version each"
