"""The crash harness: what becomes of a store when everything around it fails.

    steps.py       what is done to a store, and in plain dictionaries what must then be in it
    recorder.py    notes every change of files while a store works, and can make any call fail
    disk.py        a model of a disk: from the notes, what a power cut may leave of the files
    cuts.py        builds such states by the thousand, opens each and judges it
    kills.py       a program that starts workers, kills them at any moment and judges what is left
    strace.py      makes the kernel kill a worker, or refuse it, at its n-th call of one kind

The tests are named after the figure that each of them shows. `make test` runs them with fixed
seeds and small counts, `make torture` with the full ones; both end with one line a figure. Stores
are opened by their key, not by a password: Argon2 is slow on purpose.
"""
