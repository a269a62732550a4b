"""Run the tests in groups, each within its time: what `make test` does.

    tools/run_tests.py [words for pytest]

Most tests wait, for a process or a disk, more than they compute; so four lanes of groups run at
the same time, and what a group has printed comes when it is through. A group that is not through
when its time is up is stopped, and that is a failure with its name: a test that hangs or has grown
slow is found where it arose. Whoever chooses by marks (`-m`) or by paths gets one group.
"""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

PYTEST = (sys.executable, "-m", "pytest", "--no-header", "-rfEs")
LONGEST = 20 * 60
"""Seconds after which tests hang, or the machine is too busy to tell; they should take half."""
OVER_TIME, NOTHING_CHOSEN = 124, 5
"""Exit codes: as `timeout` has it, and as pytest has it."""
_TO_TIDY_UP = 30


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    words: tuple[str, ...]
    seconds: float


_PROCESSES = tuple(f"tests/{folder}" for folder in ("e2e", "faults", "property", "pty", "torture"))
"""Where most tests start programs or walk through many states."""
_SCREENS = ("tests/app", "tests/screens", "tests/snapshots", "tests/widgets")
_GATEWAY = ("tests/gateway",)
_ELSEWHERE = tuple(f"--ignore={folder}" for folder in (*_PROCESSES, *_SCREENS, *_GATEWAY))

LANES = (
    (Group("processes", ("-m", "not peers", *_PROCESSES), LONGEST),),
    (
        Group("gateway", ("-m", "not peers", *_GATEWAY), LONGEST),
        Group("peers", ("-m", "peers"), 8 * 60),
    ),
    (Group("screens", ("-m", "not peers", *_SCREENS), LONGEST),),
    (Group("parts", ("-m", "not peers", *_ELSEWHERE), LONGEST),),
)


def main(arguments: Sequence[str]) -> int:
    """Run all groups, also behind one that failed; the first code that is no success."""
    chosen = "-m" in arguments or any(_is_path(word) for word in arguments)
    lanes = ((Group("what was chosen", (), LONGEST),),) if chosen else LANES

    def through(lane: Sequence[Group]) -> list[int]:
        return [run(group.name, _command(group, arguments), group.seconds) for group in lane]

    with ThreadPoolExecutor(len(lanes)) as pool:
        return verdict(list(chain.from_iterable(pool.map(through, lanes))))


def _is_path(word: str) -> bool:
    return not word.startswith("-") and Path(word.partition("::")[0]).exists()


def _command(group: Group, arguments: Sequence[str]) -> list[str]:
    return [*PYTEST, *group.words, *arguments]


def run(name: str, command: Sequence[str], seconds: float) -> int:
    """The command's exit code, or OVER_TIME where it was stopped; prints what it has printed."""
    with tempfile.TemporaryFile() as output:
        with subprocess.Popen(command, stdout=output, stderr=output) as process:
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                _stop(process)
                code = OVER_TIME
        output.seek(0)
        said = output.read().decode(errors="replace")
    print(f"--- {name} ---\n{said}", flush=True)
    if code == OVER_TIME:
        words = f"{name}: not through within {seconds / 60:.1f} min, so it was stopped"
        print(f"make test: {words}", file=sys.stderr)
    return code


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C does, so that pytest ends what its tests began and says where it was."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_TO_TIDY_UP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def verdict(codes: Sequence[int]) -> int:
    """Success where something was tested and nothing failed."""
    if set(codes) == {NOTHING_CHOSEN}:
        return NOTHING_CHOSEN
    return next((code for code in codes if code not in {0, NOTHING_CHOSEN}), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
