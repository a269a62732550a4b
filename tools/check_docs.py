"""Check what no linter reads: that the documents tell the truth about the repository.

    python tools/check_docs.py [ROOT]

Each finding is one line `file:line: what is wrong`; the exit code is 1 if there was one. Looked at
are the files that git tracks or would track, so that nothing ignored is complained about.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# Written so that no line of this file matches what it looks for.
_REGISTRIES = "pypi|test\\.pypi|files\\.pythonhosted|pythonhosted|registry\\.npmjs|npmjs|crates"
_FORBIDDEN = {
    "names a package registry": re.compile(rf"\b(?:{_REGISTRIES})\.(?:org|com|io)\b"),
    "names a folder of one machine": re.compile(r"(?<![\w.])/(?:home|root)/\.?\w"),
}
_FORBIDDEN_IN_LOCKS = re.compile(r"--(?:extra-)?(?:index-url|find-links|trusted-host)")

_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s+<?(\S+?)>?$")
_HTML_LINK = re.compile(r"<(?:a|img)\b[^>]*\b(?:href|src)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?:```|~~~)")

_DECISION_PARTS = ("## Context", "## Options", "## Decision", "## Consequences")
_DEPENDENCY_ROW = re.compile(r"^\|\s*`([A-Za-z0-9._-]+)`")
_REQUIREMENT_NAME = re.compile(r"^[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Tree:
    """The repository: its folder, and the paths of its files relative to it."""

    root: Path
    files: tuple[str, ...]

    @classmethod
    def of_git(cls, root: Path) -> "Tree":
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
        names = sorted(set(listed.stdout.decode().split("\0")) - {""})
        return cls(root, tuple(name for name in names if (root / name).is_file()))

    def lines(self, name: str) -> list[str]:
        """The lines of a text file; of one that is no text, none."""
        try:
            return (self.root / name).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            return []

    def prose(self, name: str) -> Iterator[tuple[int, str]]:
        """Line number and line of a Markdown file, without the fenced blocks."""
        fenced = False
        for number, line in enumerate(self.lines(name), 1):
            if _FENCE.match(line):
                fenced = not fenced
            elif not fenced:
                yield number, line

    @property
    def documents(self) -> list[str]:
        return [name for name in self.files if name.endswith(".md")]


def links(tree: Tree) -> Iterator[str]:
    """Every relative link leads to a file, and its anchor to a heading."""
    for name in tree.documents:
        for number, line in tree.prose(name):
            for target in _targets(line):
                if reason := _broken(tree, name, target):
                    yield f"{name}:{number}: {target}: {reason}"


def _targets(line: str) -> list[str]:
    spoken = re.sub(r"`[^`]*`", "", line)
    found = _LINK.findall(spoken) + _HTML_LINK.findall(spoken)
    found += _REFERENCE.findall(spoken)
    return [target for target in found if not _ELSEWHERE.match(target)]


def _broken(tree: Tree, name: str, target: str) -> str:
    path, _, anchor = target.partition("#")
    there = (tree.root / name).parent / path if path else tree.root / name
    if not there.resolve().is_relative_to(tree.root.resolve()):
        return "leads out of the repository"
    if not there.exists():
        return "no such file"
    if anchor and there.suffix == ".md" and anchor not in _anchors(tree, there):
        return "no such heading"
    return ""


def _anchors(tree: Tree, document: Path) -> set[str]:
    """The anchors of a document's headings, made as the usual forges make them."""
    anchors: set[str] = set()
    name = str(document.resolve().relative_to(tree.root.resolve()))
    for _, line in tree.prose(name):
        if heading := _HEADING.match(line):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1))
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            again = sum(1 for known in anchors if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", known))
            anchors.add(f"{slug}-{again}" if again else slug)
    return anchors


def dependencies(tree: Tree) -> Iterator[str]:
    """docs/dependencies.md has a row for each dependency of pyproject.toml, and no other row."""
    project = tomllib.loads((tree.root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {
        "In the client": project["project"]["dependencies"],
        "For HEIC": project["project"]["optional-dependencies"].get("heif", []),
        "In the gateway": project["project"]["optional-dependencies"]["gateway"],
        "For a SQL table": project["project"]["optional-dependencies"].get("sql", []),
        "For development": project["dependency-groups"]["dev"],
    }
    described = _described_dependencies(tree)
    for section, requirements in wanted.items():
        names = {_requirement_name(text) for text in requirements}
        rows = described.get(section, set())
        for missing in sorted(names - rows):
            yield f"docs/dependencies.md:1: {missing} has no row in {section!r}"
        for extra in sorted(rows - names):
            yield f"docs/dependencies.md:1: {extra} in {section!r} is no dependency"


def _described_dependencies(tree: Tree) -> dict[str, set[str]]:
    rows: dict[str, set[str]] = {}
    section = ""
    for _, line in tree.prose("docs/dependencies.md"):
        if heading := _HEADING.match(line):
            section = heading.group(1)
        elif row := _DEPENDENCY_ROW.match(line):
            rows.setdefault(section, set()).add(_requirement_name(row.group(1)))
    return rows


def _requirement_name(requirement: str) -> str:
    name = _REQUIREMENT_NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", name.group().lower()) if name else requirement


def names(tree: Tree) -> Iterator[str]:
    """No file names a package registry or a folder that is only on somebody's machine."""
    own = str(tree.root.resolve())
    # A repository that lies directly below / would make a word of its path: not looked for then.
    patterns = dict(_FORBIDDEN)
    if own.count("/") > 1:
        patterns["names the folder of this very clone"] = re.compile(rf"{re.escape(own)}(?![\w-])")
    for name in tree.files:
        for number, line in enumerate(tree.lines(name), 1):
            for reason, pattern in patterns.items():
                if pattern.search(line):
                    yield f"{name}:{number}: {reason}"
            if name.startswith("requirements/") and _FORBIDDEN_IN_LOCKS.search(line):
                yield f"{name}:{number}: says where packages come from"


def style_sheet(tree: Tree) -> Iterator[str]:
    """civictui.tcss at the top is a link to the sheet in the package."""
    link = tree.root / "civictui.tcss"
    if not link.is_symlink() or str(link.readlink()) != "civictui/civictui.tcss":
        yield "civictui.tcss:1: must be a link to civictui/civictui.tcss"
    elif not link.exists():
        yield "civictui.tcss:1: the sheet it links to is not there"


def decisions(tree: Tree) -> Iterator[str]:
    """The decision records are numbered without a gap, whole, and in their index."""
    records = [name for name in tree.files if re.match(r"docs/adr/\d{4}-[a-z0-9-]+\.md$", name)]
    index = "\n".join(tree.lines("docs/adr/README.md")) if records else ""
    for expected, name in enumerate(records, 1):
        file = Path(name).name
        if int(file[:4]) != expected:
            yield f"{name}:1: should have the number {expected:04d}"
        if f"]({file})" not in index:
            yield f"{name}:1: is not in docs/adr/README.md"
        text = tree.lines(name)
        if not text or not text[0].startswith(f"# {int(file[:4])}. "):
            yield f"{name}:1: the title does not begin with '# {int(file[:4])}. '"
        for part in _DECISION_PARTS:
            if part not in text:
                yield f"{name}:1: has no {part!r}"


CHECKS: tuple[Callable[[Tree], Iterator[str]], ...] = (
    links,
    dependencies,
    names,
    style_sheet,
    decisions,
)


def main(arguments: list[str]) -> int:
    root = Path(arguments[0] if arguments else ".").resolve()
    tree = Tree.of_git(root)
    findings = [finding for check in CHECKS for finding in check(tree)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
