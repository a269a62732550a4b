"""`civictui serve init` against a server that has nothing, something, or says no."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from civictui.__main__ import main
from civictui.clock import SystemClock
from civictui.commands import serve_backing, serve_init
from civictui.domain.errors import GatewayError
from civictui.gateway.backing import Backing
from civictui.gateway.database.couchdb.setup import closed, set_up
from tests.gateway.database.couchdb.backend import Answer, Asked, Backend, backend

SECRET = "s3cret of the gateway"


class Server:
    """Keeps what is put, without revisions but for the next one."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.writes: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        found = self.kept.get(asked.path)
        if asked.method == "GET":
            empty = Answer() if asked.path.endswith("_security") else Answer(404, {"error": "no"})
            return Answer(body={"_id": asked.path, "_rev": "1-a", **found}) if found else empty
        if asked.path == "/reports" and asked.path in self.kept:
            return Answer(412, {"error": "file_exists"})
        self.kept[asked.path] = asked.body or {}
        self.writes.append(asked.path)
        return Answer(201, {"ok": True, "rev": "1-a"})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def there(server: Server) -> Iterator[Backend]:
    with backend(server) as running:
        yield running


def backing(there: Backend) -> Backing:
    return Backing(database=there.url, database_user="gateway", database_password=SECRET)


async def test_everything_is_made_once(server: Server, there: Backend) -> None:
    said = await set_up(backing(there), SystemClock())
    assert said[:3] == [
        "made the database",
        "only administrators and the gateway may read it now",
        "made its indexes",
    ]
    assert server.kept["/reports/_security"] == {
        "admins": {"names": [], "roles": ["_admin"]},
        "members": {"names": ["gateway"], "roles": ["_admin"]},
    }
    views = server.kept["/reports/_design/civictui"]["views"]
    assert set(views) == {"pictures", "updates"}


async def test_an_older_index_is_made_anew_and_documents_stay(
    server: Server, there: Backend
) -> None:
    server.kept["/reports"] = {}
    server.kept["/reports/_design/civictui"] = {"views": {"pictures": {"map": "old"}}}
    said = await set_up(backing(there), SystemClock())
    assert said[0] == "the database was there"
    assert said[2] == "made its indexes anew"
    assert server.kept["/reports/_design/civictui"]["_rev"] == "1-a"
    assert "/reports" not in server.writes


def test_whoever_was_given_access_keeps_it() -> None:
    found = {"members": {"names": ["office"], "roles": ["staff"]}, "cloudant": {"x": ["_reader"]}}
    assert closed(found, "gateway") == {
        "admins": {"names": [], "roles": ["_admin"]},
        "members": {"names": ["office", "gateway"], "roles": ["staff", "_admin"]},
        "cloudant": {"x": ["_reader"]},
    }
    assert closed(closed(found, "gateway"), "gateway") == closed(found, "gateway")


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_refusal_is_said_without_the_password(there: Backend, status: int) -> None:
    there.answering = lambda _: Answer(status, {"error": "no", "reason": "not so"})
    with pytest.raises(GatewayError) as error:
        await set_up(backing(there), SystemClock())
    assert SECRET not in f"{error.value} {error.value.advice}"


def test_the_command(there: Backend, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET)
    parser = argparse.ArgumentParser()
    serve_backing.register(parser)
    serve_init.register(parser.add_subparsers())
    words = ["init", f"--database={there.url}", "--database-user=gateway"]
    options = parser.parse_args([*words, f"--database-password-file={secret}"])
    assert options.action(options) == 0
    said = capsys.readouterr()
    assert said.out.startswith("made the database\n")
    assert SECRET not in said.out + said.err


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_that_do_not_do_are_said_once_with_their_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET)
    with backend(lambda _: Answer(status, {"error": "unauthorized"})) as there:
        words = [f"--database={there.url}", "--database-user=gateway"]
        code = main(["serve", "init", *words, f"--database-password-file={secret}"])
    said = capsys.readouterr().err
    assert code == 15  # the server said no, with its reason
    assert said.count("\n") == 1
    assert "the user gateway with the password of --database-password-file" in said
    assert ".." not in said
    assert SECRET not in said
