"""Write the manual page man/civictui.1 from the parser of the command line.

    python tools/man_page.py            write the page
    python tools/man_page.py --check    say whether it is as it should be (exit code 1 if not)

Options, arguments and their help come from the program, exit codes from the table of its errors;
only what no option says stands here. It is made from the parser's parts, not from its printed help,
which is another one in each version of Python.
"""

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from civictui import __version__
from civictui.__main__ import INTERNAL_FAULT, NOT_PRINTED
from civictui.commands import COMMANDS, whole_parser
from civictui.domain import errors

PAGE = Path(__file__).parent.parent / "man" / "civictui.1"
WIDTH = 60
REVISED = "2026-11-23"
"""The date in its foot line: when the words below were gone through last."""

DESCRIPTION = """\
Without a command, civictui is a terminal application: reports of civic problems are written with
photo and place, kept in a sealed store, and sent when there is a link. It is operated with the
keyboard; ? lists the keys of each screen.

With a command it does one thing for a script. Data goes to stdout, words go to stderr, an error is
one line there. A password is typed, or read from the first line of stdin with --password-stdin; it
is never an argument. Options may stand before or after the command."""

FILES = (
    ("~/.local/share/civictui", "The sealed stores of all users, unless --data-dir names another."),
    ("~/.config/civictui/config.toml", "The settings of this terminal, if there are any."),
)
ENVIRONMENT = (
    ("CIVICTUI_CONFIG", "Another file with settings."),
    (
        "CIVICTUI_SERVER, CIVICTUI_THEME, ...",
        "Each setting in capitals; it counts more than the file and less than an option.",
    ),
    ("NO_COLOR", "No colours, when it is set to anything."),
    ("PAGER", "The pager for long texts; only less is started."),
)
OTHER_CODES = {
    0: "What was asked for is done.",
    1: "A sync ended, and something is still unsent or waits for the person's word.",
    6: "The local store cannot be read, or not all of it.",
    11: "The gateway, or who else was asked, did not answer as it should.",
    INTERNAL_FAULT: "The program met an error of its own.",
    NOT_PRINTED: "It is done, but stdout could not be written.",
    130: "Interrupted; what was saved is safe.",
    141: "Whoever read stdout has left.",
}
_ERROR = re.compile(r"[├└]── \w+ +(\d+) {2,}(.+)")


def page() -> str:
    """The whole of it."""
    return "\n".join([*_head(), *_options(), *_commands(), *_tail()]) + "\n"


def _head() -> Iterator[str]:
    yield f'.TH CIVICTUI 1 {REVISED} "civictui {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "civictui \\- report civic problems from a terminal, encrypted and offline first"
    yield ".SH SYNOPSIS"
    yield ".B civictui"
    yield "[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR ...]"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(DESCRIPTION)


def _options() -> Iterator[str]:
    yield ".SH OPTIONS"
    for action in _actions(whole_parser()):
        yield from _item(action)


def _commands() -> Iterator[str]:
    parser = whole_parser()
    common = {option for action in _actions(parser) for option in action.option_strings}
    (commands,) = _branches(parser)
    yield ".SH COMMANDS"
    for name, command in commands.choices.items():
        yield from _command(command, COMMANDS[name], common)


def _command(parser: argparse.ArgumentParser, summary: str, common: set[str]) -> Iterator[str]:
    """A command with what only it takes, then its own commands."""
    own = [a for a in _actions(parser) if not a.option_strings or a.option_strings[0] not in common]
    arguments = " ".join(f"\\fI{_text(_name(a))}\\fR" for a in own if not a.option_strings)
    yield f".SS {_text(parser.prog)} {arguments}".rstrip()
    yield from _filled(summary[:1].upper() + summary[1:].rstrip(".") + ".")
    for action in own:
        if action.option_strings or action.help:
            yield from _item(action)
    if parser.epilog:
        yield ".PP"
        yield from _verbatim(parser.epilog)
    for branch in _branches(parser):
        told = {choice.dest: choice.help or "" for choice in branch._choices_actions}
        for name, command in branch.choices.items():
            yield from _command(command, told.get(name, ""), common)


def _tail() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    for code, words in sorted({**_error_codes(), **OTHER_CODES}.items()):
        yield from (".TP", f".B {code}", *_filled(words))
    for heading, entries in (("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT)):
        yield f".SH {heading}"
        for name, words in entries:
            yield from (".TP", f".I {_text(name)}", *_filled(words))
    yield ".SH EXAMPLES"
    examples = whole_parser().epilog or ""
    yield from _verbatim(examples.partition("examples:\n")[2].partition("\n\n")[0])
    yield ".SH SEE ALSO"
    yield ".BR less (1),"
    yield ".BR gpsd (8)"


def _error_codes() -> dict[int, str]:
    """Of errors with one code the first that says what it means."""
    found: dict[int, str] = {}
    for code, words in _ERROR.findall(errors.__doc__ or ""):
        found.setdefault(int(code), words[:1].upper() + words[1:] + ".")
    return found


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """The options and arguments that the help names, the help itself and commands left out."""
    hidden = (argparse._HelpAction, argparse._SubParsersAction)
    shown = [action for action in parser._actions if not isinstance(action, hidden)]
    return [action for action in shown if action.help is not argparse.SUPPRESS]


def _branches(
    parser: argparse.ArgumentParser,
) -> list["argparse._SubParsersAction[argparse.ArgumentParser]"]:
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]


def _item(action: argparse.Action) -> Iterator[str]:
    yield ".TP"
    value = "" if action.nargs == 0 else f" \\fI{_text(_name(action))}\\fR"
    options = [f"\\fB{_text(option)}\\fR{value}" for option in action.option_strings]
    yield ", ".join(options) or f"\\fI{_text(_name(action))}\\fR"
    yield from _filled(action.help or "")


def _name(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices:
        return "|".join(map(str, action.choices))
    return action.dest.upper()


def _paragraphs(text: str) -> Iterator[str]:
    for place, paragraph in enumerate(text.split("\n\n")):
        yield from ([".PP"] if place else [])
        yield from _filled(paragraph)


def _filled(text: str) -> Iterator[str]:
    """Lines of moderate length, as the linters of manual pages like them."""
    yield from map(_text, textwrap.wrap(text, WIDTH, break_on_hyphens=False))


def _verbatim(text: str) -> Iterator[str]:
    """As it stands, in a fixed width; an empty line is no macro, and does not end it."""
    yield ".EX"
    yield from (_text(line) if line else "\\&" for line in text.strip("\n").split("\n"))
    yield ".EE"


def _text(text: str) -> str:
    """Without what the typesetter would take for its own: backslashes, dots, quotes, hyphens."""
    plain = text.replace("%%", "%").replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain[:1] in {".", "'"} else plain


def main(arguments: list[str]) -> int:
    made = page()
    if arguments != ["--check"]:
        PAGE.write_text(made, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != made:
        print("man/civictui.1: not as the command line is; run tools/man_page.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
