"""Passwords that are checked at the same moment: OpenSSL alone would stand still for ever."""

import subprocess
import sys

_TWO_AT_ONCE = """
import os, threading
from civictui.storage.envelope import argon2id

def work():
    for _ in range(20):
        argon2id("a pass of words", os.urandom(16), 1024, 1, 4)

threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_passwords_checked_at_once_do_not_wait_for_each_other() -> None:
    """In a process of its own, which can be ended where it hangs."""
    subprocess.run([sys.executable, "-c", _TWO_AT_ONCE], timeout=60, check=True)
