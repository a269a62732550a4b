"""What the commands print on a terminal: hostile documents, names of files, settings, arguments."""

import asyncio
import json
import os
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from civictui.domain.ports import Account
from civictui.geo import distance
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.e2e.processes import PASSWORD
from tests.pty.allowed import Gauge
from tests.pty.hostile_strings import few

ORIGIN, USER = "http://127.0.0.1:1", "asha"
STRINGS = [text[:20_000] for text in few(60)]


def documents() -> Iterator[dict[str, Any]]:
    """Reports, updates and categories as a server could send them; ids are bounded there."""
    for number in range(0, len(STRINGS) - 5, 5):
        one, two, three, four, five = map(_storable, STRINGS[number : number + 5])
        key = f"r{number}{one[:20]}"
        yield {
            "_id": key,
            "type": "report",
            "problemDescription": one,
            "category": two,
            "address": three,
            "reportedBy": four,
            "reportedDateTime": five,
            "status": two,
            "assignee": three,
            "attributes": {four[:50]: five, "lamp": one},
            "photos": [{"large": "a.jpg", "thumbnail": two, "caption": one}],
            "location": {"source": three},
            "unknown": five,
        }
        yield {
            "_id": f"u{number}", "type": "update", "report": key, "text": two, "reportedBy": one,
            "reportedDateTime": three, "status": four, "assignee": five,
        }  # fmt: skip


def _storable(text: str) -> str:
    """Lone surrogates are refused on the way in."""
    return text.encode("utf-8", "replace").decode()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose server sent nothing good."""
    folder = tmp_path_factory.mktemp("data") / "data"
    docs = list(documents())

    async def fill() -> None:
        vault = DeviceVault(folder, distance, COSTS[-1:])
        store = await vault.create(Account(ORIGIN, "gateway", USER), PASSWORD)
        sent = [
            {**doc, "_rev": f"1-{n:032x}", "_revisions": {"start": 1, "ids": [f"{n:032x}"]}}
            for n, doc in enumerate(docs)
        ]
        failed = await store.endpoint.bulk_docs(sent)
        assert not failed, failed
        await store.close()

    asyncio.run(fill())
    return folder


def on_a_terminal(commands: Sequence[Sequence[str]], settings: Path | str = "/dev/null") -> bytes:
    """All bytes that the commands write, in one process."""
    master, slave = os.openpty()
    mode = termios.tcgetattr(slave)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(slave, termios.TCSANOW, mode)
    written = bytearray()

    def listen() -> None:
        try:
            while content := os.read(master, 1 << 16):
                written.extend(content)
        except OSError:  # Linux: nobody has the other side open any more
            return

    listener = Thread(target=listen)
    listener.start()
    lines = "".join(f"{json.dumps(list(words))}\n{PASSWORD}\n{PASSWORD}\n" for words in commands)
    environ = {**os.environ, "LC_ALL": "C.UTF-8", "CIVICTUI_CONFIG": str(settings)}
    subprocess.run(
        [sys.executable, "-m", "tests.pty.commands_visit"],
        input=lines.encode(), stdout=slave, stderr=slave, env=environ, check=False, timeout=60,
    )  # fmt: skip
    os.close(slave)
    listener.join()
    os.close(master)
    return bytes(written)


def assert_harmless(written: bytes, *codes: int) -> str:
    """Nothing outside the allow-list, of which here tabs and ends of lines are all that steers."""
    text = written.decode("utf-8")
    assert [int(line[5:]) for line in text.split("\n") if line.startswith("exit ")] == list(codes)
    gauge = Gauge(r"\t")
    gauge.take(written, last=True)
    assert gauge.outside == 0, gauge.found
    assert b"\x1b" not in written
    return text


def test_what_a_server_sent_is_printed_clean(data: Path) -> None:
    store = (f"--data-dir={data}", f"--user={USER}", f"--server={ORIGIN}", "--password-stdin")
    ids = [doc["_id"] for doc in documents() if doc["type"] == "report"]
    reading = [
        ["list"], ["list", "--gone"], ["list", "--json"], ["list", "--near=1.5,1.5"],
        ["export", "--csv=-"], ["export", "--geojson=-"], ["export", "--shift"], ["doctor"],
        *(["show", "--", key] for key in ids),
        *(["show", "--json", "--", key] for key in ids[:3]),
    ]  # fmt: skip
    reading = [[words[0], *store, *words[1:]] for words in reading]
    assert_harmless(on_a_terminal(reading), *[0] * len(reading))


HARD = ("a\x1b]0;x\x07b", "\x9b31m", "\u202eb", "a\nb\rc", "\U000e0041", "\udc9b31m", "[red]")


def test_arguments_come_back_clean_in_errors(data: Path, tmp_path: Path) -> None:
    store = (f"--data-dir={data}", f"--user={USER}", f"--server={ORIGIN}", "--password-stdin")
    wrong = []
    for text in HARD:
        wrong += [
            [text],
            ["list", text],
            ["list", f"--limit={text}", *store],
            ["list", f"--near={text}", *store],
            ["list", f"--server={text}"],
            ["show", *store, "--", f"x{text}"],
            ["new", *store, f"--description=x{text}", f"--at={text}"],
            ["new", *store, "--description=x", f"--photo={tmp_path}/{text}.jpg"],
            ["new", *store, "--description=x", f"--answer={text}"],
            ["import", *store, f"{tmp_path}/{text}"],
            ["export", *store, f"--csv={tmp_path}/none/{text}"],
            ["map", "add", f"--data-dir={data}", f"{tmp_path}/{text}"],
            ["map", "remove", f"--data-dir={data}", f"x{text}"],
            ["doctor", f"--data-dir={tmp_path}/{text.replace(chr(0), '')}x", f"--user={text}"],
        ]
    text = on_a_terminal(wrong).decode("utf-8")
    codes = [int(line[5:]) for line in text.split("\n") if line.startswith("exit ")]
    assert len(codes) == len(wrong)
    assert 70 not in codes, text[: text.index("exit 70")][-2000:]
    assert_harmless(text.encode(), *codes)


@pytest.mark.parametrize(
    "line",
    [
        'server = "https://x\\u001b]0;x\\u0007.example"',
        'theme = "\\u009b31m"',
        '"\\u001b[2J" = 1',
        'geocoder = "\\u202eb"',
        'units = "a\\u0000b"',
        '[keys]\n"\\u001b[31m" = "n"\n"list.new" = "\\u001b]52;c;cHduZWQ=\\u0007"',
        '[keys]\n"list.new" = ["\\u009b2J"]',
        "server = \x1b[31m",
    ],
)
def test_settings_come_back_clean_in_errors(line: str, data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(line + "\n", "utf-8")
    store = (f"--data-dir={data}", f"--user={USER}", "--password-stdin")
    commands = [["doctor", *store], ["list", *store], ["sync", *store]]
    written = on_a_terminal(commands, settings)
    codes = [int(said[5:]) for said in written.decode().split("\n") if said.startswith("exit ")]
    assert 70 not in codes
    assert_harmless(written, *codes)
