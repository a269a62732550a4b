"""`civictui serve --open311` and the keys, in processes of their own."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.commands import parse, serve
from civictui.commands.serve_open311 import offer_of
from civictui.domain.errors import UsageError
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.offer import Offer
from civictui.gateway.server import GatewayThread
from tests.gateway.open311.city import ROOT
from tests.gateway.test_serve_actions import Run, run

__all__ = ["run"]


@pytest.mark.e2e
def test_keys_are_made_listed_and_taken_away(run: Run, folder: GatewayFolder) -> None:
    made = run("add-key", "demo")
    key = made.stdout.strip()
    assert (made.returncode, len(key)) == (0, 32)
    assert "only time" in made.stderr
    assert "no account" in run("add-key", "portal").stderr
    (first, _) = json.loads(run("keys", "--json").stdout)
    assert first["user"] == "demo"
    assert key not in run("keys").stdout + (folder.path / "api-keys").read_bytes().hex()
    with GatewayThread(folder.path, open311=Offer()) as running:
        url = f"http://127.0.0.1:{running.port}{ROOT}/requests.json"
        asked = {"params": {"api_key": key}, "trust_env": False}
        assert httpx.get(url, **asked).status_code == 200  # type: ignore[arg-type]
        assert run("remove-key", "demo").returncode == 0
        assert httpx.get(url, **asked).status_code == 403  # type: ignore[arg-type]
    assert run("remove-key", "demo").returncode == 2
    lines = json.loads(run("audit", "--json").stdout)
    deeds = [(line["action"], line["outcome"]) for line in lines if line["action"].endswith("-key")]
    assert deeds[:3] == [("add-key", "done"), ("add-key", "done"), ("remove-key", "done")]
    assert deeds[-1] == ("remove-key", "failed")


@pytest.mark.parametrize(
    ("words", "offer"),
    [
        ([], None),
        (["--open311"], Offer()),
        (["--open311", "--open311-public"], Offer(public=True)),
        (
            ["--open311", "--open311-public", "--open311-notes", "--jurisdiction", "city.gov"],
            Offer(public=True, notes=True, jurisdiction="city.gov"),
        ),
        (["--open311", "--open311-limit", "60"], Offer(a_minute=60)),
    ],
)
def test_the_options(words: list[str], offer: Offer | None) -> None:
    assert offer_of(parse(["serve", *words])) == offer


def test_the_offer_is_handed_to_the_gateway(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    handed: dict[str, Any] = {}
    monkeypatch.setattr(serve, "require_gateway", lambda: lambda *_, **said: handed.update(said))
    monkeypatch.setattr(serve, "harden_process", lambda: None)
    assert serve.run(parse(["serve", "--data-dir", str(tmp_path), "--open311"])) == 0
    assert handed["open311"] == Offer()


@pytest.mark.parametrize(
    "words",
    [
        ["--open311-limit", "5"],
        ["--open311", "--open311-limit", "0"],
        ["--open311-public"],
        ["--jurisdiction", "x"],
        ["--open311", "--jurisdiction", "a\x1bb"],
    ],
)
def test_options_that_do_not_go_together(words: list[str]) -> None:
    with pytest.raises(UsageError):
        offer_of(parse(["serve", *words]))
