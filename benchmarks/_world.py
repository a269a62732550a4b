"""What the terminal benchmark works in: a gateway with 50,000 reports, and a terminal's stores."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from _depot import Depot, sign_in
from _hands import to_list
from _pty import Terminal, program


@dataclass(frozen=True)
class World:
    folder: Path

    @cached_property
    def depot(self) -> Depot:
        return Depot(self.folder / "gateway")

    @property
    def data(self) -> Path:
        """The terminal's own folder."""
        return self.folder / "terminal"

    @property
    def origin(self) -> str:
        """Where the terminal has found its gateway; nobody listens there any more."""
        return (self.folder / "origin").read_text(encoding="ascii")

    @property
    def is_made(self) -> bool:
        return (self.folder / "origin").exists()

    def found_at(self, origin: str) -> None:
        (self.folder / "origin").write_text(origin, encoding="ascii")

    @contextmanager
    def growing(self) -> Iterator[tuple[Path, str]]:
        """A copy of the terminal's folder, and a gateway that has more for it than it knows."""
        with TemporaryDirectory() as name:
            grown = self.depot.grown(Path(name) / "gateway")
            shutil.copytree(self.data, Path(name) / "terminal")
            with grown.open() as origin:
                yield Path(name) / "terminal", origin

    @contextmanager
    def at_list(self, *, cores: Sequence[int] = (), **more: str) -> Iterator[Terminal]:
        """The program without a link, unlocked, on its list."""
        with program(self.data, self.origin, cores=cores, **more) as terminal:
            sign_in(terminal)
            to_list(terminal)
            yield terminal
