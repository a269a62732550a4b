"""Words that are written nowhere else, and where they must not be found."""

import base64
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def new_canary(number: int) -> str:
    """Each is a word of its own; some have letters that are more than one byte."""
    word = "".join(chr(ord("g") + byte % 20) for byte in os.urandom(14))
    return f"{word}ß" if number % 5 == 0 else word


def forms_of(word: str) -> set[bytes]:
    """The word as it may lie in a file."""
    forms = {word.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be")}
    forms.add(word.encode("ascii", "backslashreplace"))
    for plain in list(forms):
        forms |= {plain.hex().encode(), plain.hex().upper().encode(), *_in_base64(plain)}
    return forms


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """The part that is the same whatever stands before and behind, for each way it may begin."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + plain)
        first, last = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        yield text[first:last]
        yield text[first:last].replace(b"+", b"-").replace(b"/", b"_")


def files_in(folders: Iterable[Path], since: float) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files that were changed since then.

    Other programs use these folders, too: what goes away while we look is not ours.
    """
    for folder in folders:
        for where, _, names in os.walk(folder):
            for name in names:
                path = Path(where, name)
                with suppress(FileNotFoundError):
                    if not path.is_symlink() and path.is_file() and path.stat().st_mtime >= since:
                        yield str(path), str(path).encode() + b"\0" + path.read_bytes()


def hits(words: Iterable[str], contents: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where which word was found."""
    forms = {form: word for word in words for form in forms_of(word)}
    return [
        f"{forms[form]} in {name}"
        for name, content in contents
        for form in forms
        if form in content
    ]
