"""Opening a store of 50,000 reports, against a bare loop over the same log.

The bare loop reads the file, opens every record and parses its JSON, and keeps nothing. Opening
also looks for damage, keeps the rows, and builds what the list and the search need; it ends when
the first page of the list is there. Both shapes of log, medians of runs that take turns.
"""

import struct
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import compared
from _real import COUNT, reports
from _stores import KEY, PAGE, SHAPES, STORE, opened
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.codec import decode_trusted
from civictui.domain.model import Query
from civictui.storage.envelope import derive
from civictui.storage.store import StoreTables

_HEADER = struct.Struct(">4sIQ12s")
_AAD = struct.Struct(">15s16sIQI")


def bare_loop(log: Path) -> None:
    """Read, open and parse every record of an undamaged generation 0."""
    cipher = AESGCM(derive(KEY, STORE, b"civictui/log/v1" + bytes(4)))
    content, position = log.read_bytes(), 0
    while position < len(content):
        _, length, sequence, nonce = _HEADER.unpack_from(content, position)
        position += _HEADER.size
        aad = _AAD.pack(b"civictui/rec/v1", STORE, 0, sequence, length)
        plain = cipher.decrypt(nonce, content[position : position + length], aad)
        decode_trusted(plain[16:])
        position += length


def to_the_list(folder: Path) -> StoreTables:
    """What a person waits for behind the password."""
    tables = opened(folder)
    page = tables.rows(tables.find(Query())[:PAGE])
    assert (len(page), tables.count()) == (PAGE, COUNT)
    return tables


def main() -> None:
    with TemporaryDirectory() as name:
        for shape, build in SHAPES.items():
            folder = Path(name) / build.__name__
            build(folder, reports())
            bare, opening, ratio = compared(
                partial(bare_loop, folder / "log.0"), partial(to_the_list, folder)
            )
            print(f"open {COUNT:,} reports, {shape}: {opening * 1000:.0f} ms")
            print(f"  a bare loop: {bare * 1000:.0f} ms; ratio {ratio:.2f} (at most 2.5)")


if __name__ == "__main__":
    main()
