"""`civictui serve replicate` against a gateway that is served, and one that is not."""

import json
from pathlib import Path

import pytest

from civictui.__main__ import main
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user, enable_user
from civictui.gateway.server import GatewayThread
from tests.sql.table import does, make_table, rows

PASSWORD = "correct horse battery"
MAPPING = """
[database]
url = "{url}"
[table]
name = "work_orders"
key = "id"
document = "civic_id"
[documents]
account = "works"
[columns]
summary = {{ field = "problemDescription", needed = true }}
"""


@pytest.fixture
def folder(tmp_path: Path) -> GatewayFolder:
    opened = GatewayFolder.open(tmp_path / "gateway", 1_700_000_000)
    add_user(opened, "works", PASSWORD, "Works", cost=CHEAP)
    return opened


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "works.toml"
    path.write_text(MAPPING.format(url=f"sqlite:///{tmp_path}/works.db"))
    works = make_table(f"sqlite:///{tmp_path}/works.db")
    does(works, "INSERT INTO work_orders (summary) VALUES ('Bench broken')")
    works.dispose()
    return path


def run(*words: object) -> int:
    return main(["serve", "replicate", *map(str, words)])


def test_a_served_gateway_and_then_its_folder(
    folder: GatewayFolder, mapping: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    with GatewayThread(folder.path, cost=CHEAP) as served:
        origin = f"http://127.0.0.1:{served.port}"
        named = ("--gateway", origin, "--password-file", secret, "--json")
        assert run(mapping, *named) == 0
        assert json.loads(capsys.readouterr().out)["to_city"] == 1
        assert run(mapping, "--data-dir", folder.path) == 5
        assert "serves this folder now" in capsys.readouterr().err
    # the same database by another way goes on where that one was
    assert run(mapping, "--data-dir", folder.path) == 0
    assert capsys.readouterr().out == "0 to the table, 0 to the city, 0 to be settled by somebody\n"


def test_what_does_not_fit_is_said(
    folder: GatewayFolder, mapping: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    works = make_second_row(tmp_path)
    assert run(mapping, "--data-dir", folder.path) == 1
    assert capsys.readouterr().out.splitlines() == [
        "0 to the table, 1 to the city, 0 to be settled by somebody",
        "row 2: summary is no text: ''",
    ]
    assert [bool(row["civic_id"]) for row in works] == [False, False]


def make_second_row(tmp_path: Path) -> list[dict[str, object]]:
    import sqlalchemy as sa

    works = sa.create_engine(f"sqlite:///{tmp_path}/works.db")
    does(works, "INSERT INTO work_orders (summary) VALUES ('')")
    found = rows(works)
    works.dispose()
    return found


def test_an_account_that_is_not_let_in(
    folder: GatewayFolder, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enable_user(folder, "works", enabled=False)
    assert run(mapping, "--data-dir", folder.path) == 2
    assert "add-user works" in capsys.readouterr().err
    assert "Bench broken" not in str(sorted(folder.path.rglob("*")))


@pytest.mark.parametrize(
    "words", [("--gateway", "http://127.0.0.1:1"), ("--every", "0"), ("--every", "soon")]
)
def test_options_that_do_not_go_together(mapping: Path, words: tuple[str, ...]) -> None:
    assert run(mapping, *words) == 2
