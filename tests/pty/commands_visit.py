"""A process that runs several commands one after the other on its terminal.

    python -m tests.pty.commands_visit < COMMANDS

Each line of COMMANDS that begins with "[" is a JSON list of arguments; others are for what reads a
password, and passed over where nothing did.
Standard output and error are the terminal; after each command there is a line with its exit code.
"""

import json
import sys

from civictui.__main__ import main


def run() -> None:
    while line := sys.stdin.readline():
        if line.startswith("["):
            print(f"exit {main(json.loads(line))}", flush=True)


if __name__ == "__main__":
    run()
