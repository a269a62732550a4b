"""The gateway as a process: serves the folder that it is given and prints its port."""

import sys
from functools import partial
from pathlib import Path

from civictui.gateway.server import serve

LONG = 7_200
"""Seconds that a session is good: no benchmark renews one."""

if __name__ == "__main__":
    announce = partial(print, flush=True)
    serve(Path(sys.argv[1]), "127.0.0.1", 0, access_seconds=LONG, announce=announce)
