"""What a real store gives out in clear, and the summary of what was done with it."""

import csv
import json
import os
import stat
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from tests.e2e.processes import PASSWORD, PROGRAM, Gateway, Terminal

pytestmark = pytest.mark.e2e


def test_the_table_and_the_places_have_what_the_list_has(synced: Terminal, tmp_path: Path) -> None:
    table, places = tmp_path / "a.csv", tmp_path / "a.geojson"
    said = synced.run("export", "--csv", str(table), "--geojson", str(places))
    assert said.code == 0, said.err
    listed = {document["_id"]: document for document in synced.list()}
    rows = list(csv.DictReader(StringIO(table.read_bytes().decode(), newline="")))
    features = json.loads(places.read_bytes())["features"]
    assert [row["id"] for row in rows] == [feature["id"] for feature in features] == list(listed)
    assert said.json["reports"] == len(listed) >= 505
    assert sum(feature["geometry"] is None for feature in features) == sum(
        "geoLocation" not in document for document in listed.values()
    )
    assert stat.S_IMODE(table.stat().st_mode) == stat.S_IMODE(places.stat().st_mode) == 0o600


def test_stdout_takes_it_in_any_locale(synced: Terminal) -> None:
    command = [*PROGRAM, "export", "--csv", "-", "--limit", "2", "--password-stdin"]
    done = subprocess.run(
        [*command, "--data-dir", str(synced.folder), "--user", synced.user],
        input=f"{PASSWORD}\n".encode(),
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert done.stdout.count(b"\r\n") == 3
    assert done.stderr.startswith(b"civictui: stdout has 2 reports, not sealed")


def test_the_shift_is_sent_when_the_gateway_has_it(
    gateway: Gateway, one: Terminal, photo: Path
) -> None:
    one.sync(gateway)
    key = one.new(description="Lamp out", photo=str(photo), address="1 George St")
    said = one.run("remark", key, "--text", "Ladder", "--status", "closed")
    assert said.code == 0, said.err
    before = one.run("export", "--shift", "--hours", "1").json
    assert [deed["id"] for deed in before["reported"]] == [key]
    assert (before["closed"], before["photos"], before["not_sent"]) == ([key], 1, 2)
    assert before["unsent"]["photos"] == 1
    one.sync(gateway)
    after = one.run("export", "--shift", "--hours", "1").json
    assert (after["not_sent"], after["unsent"]) == (0, {"reports": 0, "photos": 0, "bytes": 0})
    assert {deed["state"] for deed in (*after["reported"], *after["said"])} == {"sent"}
