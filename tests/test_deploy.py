"""What is in deploy/ can be run: as far as that can be seen without its machines."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from civictui.commands import parse
from tests.tools import require_tool

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "civictui-gateway.service"
PAGE = ROOT / "docs" / "operating.md"
IMAGE = re.compile(r"[a-z0-9.-]+\.[a-z]+/[a-z0-9./-]+:(?!latest)\S+|civictui-gateway:\S+")
BLOCK = re.compile(r"^```(?:sh|ini)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ONCE = {"setup", "bucket"}
WITHOUT_HEALTH = {"pod"}
"""It does nothing, and there is nothing in it that could look."""

Service = dict[str, Any]


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def services() -> dict[str, Service]:
    return dict(compose()["services"])


def unit_command() -> list[str]:
    text = UNIT.read_text().replace("\\\n", " ")
    (line,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    return shlex.split(line)


def container_command() -> list[str]:
    text = (DEPLOY / "Containerfile").read_text()
    (words,) = re.findall(r"^CMD (\[.+\])$", text, re.MULTILINE)
    return [str(word) for word in yaml.safe_load(words)]


def page_commands() -> Iterator[list[str]]:
    """Every line in the page's blocks that calls the program, of a shell or of a unit."""
    for block in BLOCK.findall(PAGE.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            if " serve " in line:
                words = shlex.split(line, comments=True)
                program = words[words.index("serve") - 1]
                assert Path(program).name == "civictui"
                yield words[words.index("serve") :]


def commands() -> list[list[str]]:
    inside = [found["command"] for name in ("gateway", "setup") for found in [services()[name]]]
    return [unit_command()[1:], container_command(), *inside, *page_commands()]


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words)[:60])
def test_each_command_line_is_one_of_the_program(words: list[str]) -> None:
    assert callable(parse(words).run)


def test_the_page_has_commands() -> None:
    assert len(list(page_commands())) > 3


def test_images_have_a_name_and_a_version() -> None:
    lines = re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    images = [*lines, *(found["image"] for found in services().values())]
    assert [image for image in images if not IMAGE.fullmatch(image)] == []


def test_nothing_is_exposed_but_the_gateway() -> None:
    published = {name: found["ports"] for name, found in services().items() if "ports" in found}
    assert published == {"pod": ["8443:8443"]}
    others = {name: found["network_mode"] for name, found in services().items() if name != "pod"}
    assert set(others.values()) == {"service:pod"}
    assert "--address 127.0.0.1:" in " ".join(services()["objects"]["entrypoint"])
    assert "bind_address = 127.0.0.1" in (DEPLOY / "couchdb.ini").read_text()


def test_secrets_are_files_that_are_made() -> None:
    declared = compose()["secrets"]
    made = set(re.findall(r"^make (\w+)", (DEPLOY / "secrets.sh").read_text(), re.MULTILINE))
    used = {name for found in services().values() for name in found.get("secrets", ())}
    assert used == set(declared) == made
    assert all("environment" not in found for found in services().values())


def test_what_belongs_to_one_city_is_in_no_image_and_in_no_commit() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE
    )
    assert {path for line in copied for path in line.split()} == allowed
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"deploy/secrets/", "deploy/tls/"} <= set(ignored)


def test_what_goes_on_is_looked_after() -> None:
    for name, found in services().items():
        if name in ONCE | WITHOUT_HEALTH:
            continue
        assert found["restart"] == "unless-stopped"
        assert found["healthcheck"]["test"][0] == "CMD"
        assert found["mem_limit"]
        assert found["volumes"]


def test_the_secrets_are_made_once_and_read(tmp_path: Path) -> None:
    """By the very scripts, with nobody to give the files to."""
    here = tmp_path / "bin"
    here.mkdir()
    (here / "minio").write_text('#!/bin/sh\necho "$MINIO_ROOT_USER $MINIO_ROOT_PASSWORD $@"\n')
    for program in here.iterdir():
        program.chmod(0o700)
    environment = {"PATH": f"{here}:/usr/bin:/bin"}

    def run(*words: str) -> str:
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    fails = here / "chown"
    fails.write_text("#!/bin/sh\nexit 1\n")
    fails.chmod(0o700)
    with pytest.raises(subprocess.CalledProcessError):
        run("sh", str(DEPLOY / "secrets.sh"))
    fails.write_text("#!/bin/sh\n")  # a run that broke off leaves nothing that counts as made
    run("sh", str(DEPLOY / "secrets.sh"))
    secrets = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o400}
    assert len(set(secrets.values())) == len(secrets) == 3
    run("sh", str(DEPLOY / "secrets.sh"))
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == secrets
    *_, script = services()["objects"]["entrypoint"]
    name, key = secrets["objects"].split()
    said = run("sh", "-ec", script.replace("/run/secrets", str(tmp_path / "secrets")))
    assert said.startswith(f"{name} {key} server /data --address 127.0.0.1:9000")


def test_the_unit_is_one_that_systemd_knows(tmp_path: Path) -> None:
    analyze = str(require_tool("systemd-analyze"))
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace(unit_command()[0], "/bin/true"))
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_gives_little_away(tmp_path: Path) -> None:
    analyze = str(require_tool("systemd-analyze"))
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=15", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd-analyze looks at no file")
    assert done.returncode == 0, done.stdout[-300:]
