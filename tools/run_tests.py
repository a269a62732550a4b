"""Run the tests in groups, each within its time: what `make test` does.

    tools/run_tests.py [words for pytest]

A group that is not through when its time is up is stopped, and that is a failure with its name: a
test that hangs or has grown slow is found where it arose. Whoever chooses by marks (`-m`) gets one
group.
"""

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

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


GROUPS = (
    Group("all but the peers", ("-m", "not peers"), LONGEST),
    Group("peers", ("-m", "peers"), 8 * 60),
)


def main(arguments: Sequence[str]) -> int:
    """Run all groups, also behind one that failed; the first code that is no success."""
    chosen = "-m" in arguments
    groups = (Group("what was chosen", (), LONGEST),) if chosen else GROUPS
    codes = [
        run(group.name, [*PYTEST, *group.words, *arguments], group.seconds) for group in groups
    ]
    return verdict(codes)


def run(name: str, command: Sequence[str], seconds: float) -> int:
    """The command's exit code, or OVER_TIME where it was stopped."""
    with subprocess.Popen(command) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            _stop(process)
            words = f"{name}: not through within {seconds / 60:.1f} min, so it was stopped"
            print(f"make test: {words}", file=sys.stderr)
            return OVER_TIME
        except KeyboardInterrupt:
            process.wait()  # it got the same signal
            raise


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
