"""The tools that guard the repository: each check passes on what is right and fails on what is not.

`main` goes through git, so the last tests make a small repository of their own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from civictui.domain import errors
from tests.tools import require_tool
from tools import check_dist, check_docs, keyboard
from tools.check_docs import Tree

ROOT = Path(__file__).parent.parent

PYPROJECT = """
[project]
dependencies = ["httpx>=0.28", "rich_pixels>=3"]
[project.optional-dependencies]
gateway = ["starlette>=1"]
[dependency-groups]
dev = ["pytest"]
"""
DEPENDENCIES = """# Dependencies
## In the client
| `httpx` | asks |
| `rich-pixels` | draws |
## In the gateway
| `starlette` | answers |
## For development
| `pytest` | tests |
## Left out
| `requests` | no |
"""
DECISION = "# {}. A choice\n## Context\n## Options\n## Decision\n## Consequences\n"


def tree(root: Path, **files: str) -> Tree:
    """A tree of these files; `__` in a name stands for `/`, and `.md` is added."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return Tree(root, tuple(found))


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "[there](docs/other.md)",
        "[a heading](docs/other.md#what-is-it-for-and-why)",
        "[the second of a name](docs/other.md#twice-1)",
        "[here](#top)",
        "![picture](docs/other.md)",
        '<img src="docs/other.md" alt="">',
        "[elsewhere](https://example.org/nothing.md#no)",
        "`[no link](nowhere.md)`",
        "```\n[no link](nowhere.md)\n```",
    ],
)
def test_good_links_pass(tmp_path: Path, line: str) -> None:
    other = "# Other\n## What *is* it for, and `why`?\n## Twice\n## Twice\n"
    made = tree(tmp_path, README=f"# Top\n{line}\n", docs__other=other)
    assert list(check_docs.links(made)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[gone](docs/gone.md)", "no such file"),
        ("![gone](gone.svg)", "no such file"),
        ('<a href="gone.html">x</a>', "no such file"),
        ("[gone]: gone.md", "no such file"),
        ("[no heading](docs/other.md#gone)", "no such heading"),
        ("[no heading here](#gone)", "no such heading"),
        ("[outside](../outside.md)", "leads out of the repository"),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, line: str, reason: str) -> None:
    root = tmp_path / "repository"
    (tmp_path / "outside.md").write_text("# Outside\n")
    made = tree(root, README=f"# Top\n\n{line}\n", docs__other="# Other\n")
    (finding,) = check_docs.links(made)
    assert finding.startswith("README.md:3: ")
    assert finding.endswith(reason)


# --- dependencies ----------------------------------------------------------------------------


def test_described_dependencies_pass(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    assert list(check_docs.dependencies(tree(tmp_path, docs__dependencies=DEPENDENCIES))) == []


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        ("| `httpx` | asks |\n", "httpx has no row in 'In the client'"),
        ("| `starlette` | answers |\n", "starlette has no row in 'In the gateway'"),
        ("| `pytest` | tests |\n", "pytest has no row in 'For development'"),
    ],
)
def test_a_dependency_without_a_row_is_found(tmp_path: Path, row: str, finding: str) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    made = tree(tmp_path, docs__dependencies=DEPENDENCIES.replace(row, ""))
    assert list(check_docs.dependencies(made)) == [f"docs/dependencies.md:1: {finding}"]


def test_a_row_without_a_dependency_is_found(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace('"httpx>=0.28", ', ""))
    (finding,) = check_docs.dependencies(tree(tmp_path, docs__dependencies=DEPENDENCIES))
    assert finding.endswith("httpx in 'In the client' is no dependency")


# --- names -----------------------------------------------------------------------------------


def test_ordinary_addresses_and_paths_pass(tmp_path: Path) -> None:
    text = "https://example.org/home/page, civictui/storage, python.org, ~/.local, /usr/share\n"
    assert list(check_docs.names(tree(tmp_path, README=text))) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # Put together here, so that this file itself passes.
        ("from " + "pypi" + ".org", "names a package registry"),
        ("https://files." + "pythonhosted" + ".org/x", "names a package registry"),
        ("registry." + "npmjs" + ".org", "names a package registry"),
        ("see /" + "home/anna/notes", "names a folder of one machine"),
        ("(/" + "root/.ssh)", "names a folder of one machine"),
    ],
)
def test_a_forbidden_name_is_found(tmp_path: Path, text: str, reason: str) -> None:
    assert list(check_docs.names(tree(tmp_path, notes=f"fine\n{text}\n"))) == [
        f"notes.md:2: {reason}"
    ]


def test_the_folder_of_the_clone_is_found(tmp_path: Path) -> None:
    (finding,) = check_docs.names(tree(tmp_path, notes=f"I work in {tmp_path}/civictui\n"))
    assert finding == "notes.md:1: names the folder of this very clone"


def test_a_lock_that_names_a_source_is_found(tmp_path: Path) -> None:
    made = tree(tmp_path, requirements__run="--extra-index-url http://localhost/\nhttpx==1\n")
    (finding,) = check_docs.names(made)
    assert finding == "requirements/run.md:1: says where packages come from"


def test_a_file_that_is_no_text_passes(tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0 /" + b"home/anna")
    assert list(check_docs.names(tree(tmp_path))) == []


# --- the style sheet and the decisions -------------------------------------------------------


def test_the_style_sheet_must_be_a_link(tmp_path: Path) -> None:
    sheet = tmp_path / "civictui" / "civictui.tcss"
    sheet.parent.mkdir()
    link = tmp_path / "civictui.tcss"
    assert "must be a link" in "".join(check_docs.style_sheet(tree(tmp_path)))
    link.symlink_to("civictui/civictui.tcss")
    assert "is not there" in "".join(check_docs.style_sheet(tree(tmp_path)))
    sheet.touch()
    assert list(check_docs.style_sheet(tree(tmp_path))) == []
    link.unlink()
    link.write_text("a copy")
    assert "must be a link" in "".join(check_docs.style_sheet(tree(tmp_path)))


def decision_tree(root: Path, *numbers: int, index: str = "") -> Tree:
    records = {f"docs__adr__{n:04d}-choice": DECISION.format(n) for n in numbers}
    listed = index or "\n".join(f"- [{n}]({n:04d}-choice.md)" for n in numbers)
    return tree(root, docs__adr__README=listed, **records)


def test_whole_decisions_pass(tmp_path: Path) -> None:
    assert list(check_docs.decisions(decision_tree(tmp_path, 1, 2, 3))) == []


def test_a_gap_in_the_numbers_is_found(tmp_path: Path) -> None:
    (finding,) = check_docs.decisions(decision_tree(tmp_path, 1, 3))
    assert finding == "docs/adr/0003-choice.md:1: should have the number 0002"


def test_a_decision_outside_the_index_is_found(tmp_path: Path) -> None:
    made = decision_tree(tmp_path, 1, 2, index="- [1](0001-choice.md)")
    (finding,) = check_docs.decisions(made)
    assert finding == "docs/adr/0002-choice.md:1: is not in docs/adr/README.md"


@pytest.mark.parametrize("part", ["# 1. ", "## Context", "## Options", "## Consequences"])
def test_a_decision_that_lacks_a_part_is_found(tmp_path: Path, part: str) -> None:
    index = "[1](0001-choice.md)"
    record = DECISION.format(1).replace(part, "")
    made = tree(tmp_path, docs__adr__README=index, **{"docs__adr__0001-choice": record})
    (finding,) = check_docs.decisions(made)
    assert repr(part.strip()) in finding or repr(part) in finding


# --- the page of the keys --------------------------------------------------------------------


def test_the_key_tables_are_made_from_the_registry() -> None:
    page = keyboard.filled("<!-- keys: BACK -->\nold\n<!-- end -->\nrest\n")
    assert "| `Esc` | One step back | `screen.back` |" in page
    assert "old" not in page
    assert page.endswith("<!-- end -->\nrest\n")
    assert keyboard.filled(page) == page


def test_a_key_is_told_once_and_one_that_is_not_is_found() -> None:
    page = keyboard.filled("<!-- keys: EDIT --><!-- end -->".replace("><", ">\n<") * 2)
    assert page.count("`edit.left`") == 1
    assert "screen.back" in keyboard.untold(page)
    assert "edit.left" not in keyboard.untold(page)


def test_a_page_that_is_not_as_the_registry_has_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "keyboard.md"
    monkeypatch.setattr(keyboard, "PAGE", page)
    page.write_text("<!-- keys: ALL -->\n<!-- end -->\n")
    assert keyboard.main(["--check"]) == 1
    assert "run tools/keyboard.py" in capsys.readouterr().out
    assert keyboard.main([]) == 0
    assert keyboard.main(["--check"]) == 0
    page.write_text("nothing\n")
    assert keyboard.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "does not tell" in told
    assert "app.help" in told


# --- the whole command -----------------------------------------------------------------------


def repository(root: Path) -> Path:
    """A repository in which everything is right, an ignored file aside."""
    made = tree(root, README="# Top\n", docs__dependencies=DEPENDENCIES, ignored="[x](gone.md)")
    (made.root / "pyproject.toml").write_text(PYPROJECT)
    (root / "civictui").mkdir()
    (root / "civictui" / "civictui.tcss").touch()
    (root / "civictui.tcss").symlink_to("civictui/civictui.tcss")
    (root / ".gitignore").write_text("ignored.md\n")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return root


def test_a_right_repository_passes_and_a_wrong_one_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    require_tool("git")
    root = repository(tmp_path)
    assert check_docs.main([str(root)]) == 0
    assert capsys.readouterr().out == ""
    (root / "README.md").write_text("[x](gone.md)\n")
    assert check_docs.main([str(root)]) == 1
    assert capsys.readouterr().out == "README.md:1: gone.md: no such file\n"


# --- the wheelhouse check --------------------------------------------------------------------


def test_the_demo_line_must_tell_server_user_and_password() -> None:
    line = '{"server": "http://127.0.0.1:1", "user": "demo", "password": "p"}'
    assert check_dist.read_address(line) == "http://127.0.0.1:1"
    for wrong in ("", "ready", "[]", '{"server": "http://127.0.0.1:1"}'):
        with pytest.raises(check_dist.DistError):
            check_dist.read_address(wrong)


def test_only_a_gateway_on_loopback_is_asked() -> None:
    with pytest.raises(check_dist.DistError, match="loopback"):
        check_dist.ask_health("http://gateway.example:80")


def test_an_installation_without_the_manual_page_is_found(tmp_path: Path) -> None:
    with pytest.raises(check_dist.DistError, match="manual page"):
        check_dist.check_manual(tmp_path)
    (tmp_path / "share" / "man" / "man1").mkdir(parents=True)
    (tmp_path / "share" / "man" / "man1" / "civictui.1").touch()
    check_dist.check_manual(tmp_path)


def python_says(code: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_a_demo_that_ends_or_stays_silent_is_found() -> None:
    ends = pytest.raises(check_dist.DistError, match="ended with 3")
    with python_says("raise SystemExit(3)") as ended, ends:
        check_dist.first_line(ended, 60)
    with python_says("input()") as silent:
        with pytest.raises(check_dist.DistError, match="said nothing"):
            check_dist.first_line(silent, 0)
        silent.communicate("\n")
    with python_says("print('ready')") as fine:
        assert check_dist.first_line(fine, 60) == "ready\n"


DEMO = """#!{python}
import http.server, json, signal, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status} if self.path == "/healthz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *words):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
signal.signal(signal.SIGTERM, lambda *_: sys.exit({end}))
address = "http://127.0.0.1:" + str(server.server_port)
print(json.dumps({{"server": address, "user": "demo", "password": "p"}}), flush=True)
server.serve_forever()
"""


def demo_command(folder: Path, status: int = 200, end: int = 0) -> Path:
    """A program that behaves like `civictui demo --serve-only`, or nearly so."""
    command = folder / "civictui"
    command.write_text(DEMO.format(python=sys.executable, status=status, end=end))
    command.chmod(0o755)
    return command


def test_a_demo_that_answers_and_ends_passes(tmp_path: Path) -> None:
    server = check_dist.run_demo(demo_command(tmp_path), tmp_path, dict(os.environ))
    assert server.startswith("http://127.0.0.1:")


def test_a_demo_that_is_not_ready_or_ends_in_error_is_found(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="503"):
        check_dist.run_demo(demo_command(tmp_path, status=503), tmp_path, dict(os.environ))
    with pytest.raises(check_dist.DistError, match="ended with 5"):
        check_dist.run_demo(demo_command(tmp_path, end=5), tmp_path, dict(os.environ))


def test_an_empty_wheelhouse_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert check_dist.main([str(tmp_path)]) == 1
    assert str(tmp_path) in capfd.readouterr().err


def test_the_environment_of_the_check_is_bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/somewhere")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    bare = check_dist.bare_environment(tmp_path)
    assert bare["HOME"] == str(tmp_path)
    assert not {"PIP_FIND_LINKS", "PYTHONPATH"} & bare.keys()
    assert bare["PIP_CONFIG_FILE"] == os.devnull


# --- programs that tests drive ---------------------------------------------------------------


def test_a_missing_tool_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        require_tool("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        require_tool("no-such-program")
    assert require_tool("sh").is_file()


# --- this repository -------------------------------------------------------------------------


def test_the_locks_pin_every_release_by_hash() -> None:
    for lock in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / lock).read_text()
        releases = [entry for entry in text.split("\n") if entry[:1].isalnum()]
        assert releases
        assert all("==" in entry and entry.endswith("\\") for entry in releases)
        assert text.count("--hash=sha256:") >= len(releases)


def test_the_readme_tells_every_exit_code() -> None:
    codes = {error.exit_code for error in _with_subclasses(errors.CivicError)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("### Exit codes")[2].partition("\n## ")[0]
    told = {int(line.split("|")[1]) for line in table.splitlines() if line[2:3].isdigit()}
    assert told == codes | {0}


def _with_subclasses(error: type[errors.CivicError]) -> list[type[errors.CivicError]]:
    below = [found for child in error.__subclasses__() for found in _with_subclasses(child)]
    return [error, *below]
