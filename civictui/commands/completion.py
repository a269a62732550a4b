"""`civictui --print-completion SHELL`: how a shell completes commands, options and files."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

_OPTION: Final = "--print-completion"
_HELP: Final = "print a completion script: bash, zsh or tcsh"


def is_asked_for(words: Sequence[str]) -> bool:
    return any(word.partition("=")[0] == _OPTION for word in words)


def add_option(parser: argparse.ArgumentParser) -> None:
    """Only that there is such an option: what makes the scripts is loaded when it is asked for."""
    parser.add_argument(_OPTION, metavar="SHELL", help=_HELP)


def add_printing_option(parser: argparse.ArgumentParser) -> None:
    import shtab

    shtab.add_argument_to(parser, _OPTION, help=_HELP)


def complete_files(parser: argparse.ArgumentParser) -> None:
    """Whatever is called FILE or DIR in the help is completed as one, in all commands."""
    import shtab

    _complete(parser, {"FILE": shtab.FILE, "DIR": shtab.DIRECTORY})


def _complete(parser: argparse.ArgumentParser, ways: Mapping[str, Mapping[str, Any]]) -> None:
    for action in parser._actions:  # the only way to them that argparse has
        if isinstance(action.choices, Mapping):
            for command in action.choices.values():
                _complete(command, ways)
        elif isinstance(action.metavar, str) and action.metavar in ways:
            _mark(action, ways[action.metavar])


def _mark(action: Any, way: Mapping[str, Any]) -> None:
    """How the library that makes the scripts is told."""
    action.complete = way
