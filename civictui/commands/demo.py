"""`civictui demo`: an embedded gateway on loopback with real reports, and the app."""

import argparse
import contextlib
import ctypes
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from civictui.commands.options import settings_of
from civictui.commands.serve import port_number, require_gateway
from civictui.settings import Settings
from civictui.storage.hardening import harden_process

_PR_SET_PDEATHSIG = 1
SAN_FRANCISCO = "37.7749,-122.4194"
"""Where the terminal of the demo stands, as most of its reports do."""


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reset", action="store_true", help="begin anew: delete the demo's folder")
    parser.add_argument("--serve-only", action="store_true", help="start the gateway alone")
    parser.add_argument("--port", type=port_number, default=0, help="the gateway's port (any)")
    parser.add_argument("--access-seconds", type=int, default=900, help=argparse.SUPPRESS)
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve, play or run the app, as the options and the terminal say."""
    require_gateway()
    if options.serve_only:
        return _serve(_folder(options), options)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _app(_folder(options), options)
    return _play(options)


def _folder(options: argparse.Namespace) -> Path:
    """The demo's folder, emptied where that was asked for."""
    folder = Path(settings_of(options).data_dir)
    if not options.data_dir:
        folder /= "demo"
    if options.reset:
        for name in ("gateway", "terminal", "second-terminal"):
            shutil.rmtree(folder / name, ignore_errors=True)
    return folder


def _serve(folder: Path, options: argparse.Namespace) -> int:
    """The gateway alone, until a signal; its address and the users as one JSON line."""
    from civictui.demo.gateway import PASSWORD, USERS, prepare

    harden_process()
    if options.with_parent:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    prepare(folder / "gateway")

    def announce(port: int) -> None:
        server = f"http://127.0.0.1:{port}"
        print(json.dumps({"server": server, "user": USERS[0], "password": PASSWORD}), flush=True)

    serve = require_gateway()
    serve(
        folder / "gateway",
        "127.0.0.1",
        options.port,
        access_seconds=options.access_seconds,
        announce=announce,
    )
    return 0


def _app(folder: Path, options: argparse.Namespace) -> int:
    from civictui.demo.base_map import shipped_map
    from civictui.demo.gateway import HINT, GatewayProcess
    from civictui.starting import run_app, usable_terminal

    settings = settings_of(options)
    usable_terminal(settings)
    print("civictui: starting the demo's gateway", file=sys.stderr)
    gateway = GatewayProcess.start(folder, options.port)
    settings = demo_settings(settings, gateway.server, folder / "terminal")
    try:
        return run_app(settings, hint=HINT, builtin_map=shipped_map())
    finally:
        gateway.stop()


def demo_settings(settings: Settings, server: str, folder: Path) -> Settings:
    """The person's own: their inbox, camera and receiver can be tried. Not their server and
    stores, and not the medium that those need beside the password.
    """
    forced = {**settings.forced, "server": "the demo", "position": "the demo"}
    return replace(
        settings,
        server=server,
        data_dir=folder,
        position=SAN_FRANCISCO,
        pepper_file="",
        forced=forced,
    )


def _play(options: argparse.Namespace) -> int:
    """Without a terminal: both flows by themselves, in a folder of their own."""
    from civictui.demo.play import play

    with _scene(options) as folder:
        play(folder, lambda line: print(line, flush=True))
    print("Both flows hold.")
    return 0


@contextlib.contextmanager
def _scene(options: argparse.Namespace) -> Iterator[Path]:
    """The named folder; without one, a new one that is gone afterwards."""
    if options.data_dir:
        yield _folder(options)
        return
    with tempfile.TemporaryDirectory(prefix="civictui-demo-") as folder:
        yield Path(folder)
