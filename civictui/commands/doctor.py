"""`civictui doctor`: check this terminal and, with a user, a whole store."""

import argparse
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from civictui import __version__, keymap
from civictui.clock import SystemClock
from civictui.commands.crashes import add_crashes, print_crashes
from civictui.commands.options import password_of, print_clean, print_json, settings_of
from civictui.commands.policy_words import policy_facts
from civictui.commands.terminal_words import terminal_facts
from civictui.domain.errors import StoreDamaged, StoreMissing, UsageError
from civictui.domain.text import one_line
from civictui.geo import distance
from civictui.keymap import shown
from civictui.keys.names import EXAMPLES
from civictui.origin import origin_of
from civictui.settings import Settings, config_file
from civictui.storage.checks.findings import Checkup, Finding, Severity
from civictui.storage.checks.folders import DEVICE_FILES
from civictui.storage.device import Device
from civictui.storage.doctor import StoreDoctor, examine_device, mend_device
from civictui.storage.envelope import wipe
from civictui.storage.hardening import harden_process
from civictui.storage.holder import StoreLock, take_over
from civictui.storage.keyring import KeyringFiles, Unlocked
from civictui.storage.keys import read_pepper
from civictui.storage.slots import Locksmith, pepper_name

_EPILOG = """\
Without --user what needs no password: folders, rights, the disk. With it every record, every
picture and every reference of that user's store. --repair deletes nothing: what is damaged goes
into quarantine. Exit 6 when something is wrong that was not, or cannot be, repaired.

--crashes lists the program's own failures, whose ids were on their pages; it needs the password.
"""

_BY_KEY = "The organisation's key may still open it: civictui recover --key-file."


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="mend what can be mended")
    add_crashes(parser)
    parser.epilog = _EPILOG
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what was found. Raises StoreDamaged where not all is well."""
    if options.crashes is not None:
        return print_crashes(options)
    harden_process()
    settings = settings_of(options)
    if options.repair and settings.data_dir.exists():
        before = examine_device(settings.data_dir)
        mend_device(settings.data_dir)
    else:
        before = Checkup()
    after = examine_device(settings.data_dir)
    after.facts |= _program(settings) | terminal_facts(settings)
    _look_at_keys(settings, after)
    if settings.pepper_file and not read_pepper(settings.pepper_file):
        after.fault("pepper_file", "the medium that it names is not here", "Put it in.")
    if options.user:
        _add_store(options, settings, before, after)
    repaired = [found for found in _bad(before) if found not in after.findings]
    _print(options, after, repaired)
    if not after.well:
        raise StoreDamaged(
            f"Of these findings {len(_bad(after))} need somebody",
            "Each line says what can be done." if options.repair else "Try --repair.",
        )
    return 0


def _add_store(
    options: argparse.Namespace, settings: Settings, before: Checkup, after: Checkup
) -> None:
    """Examine the user's store, and repair it where that was asked for."""
    place = _place(options, settings)
    password = password_of(options)
    smith = Locksmith(pepper=read_pepper(settings.pepper_file))
    unlocked = _unlocked(place, password, smith, after)
    if unlocked is None:
        return
    try:
        with _locked(place, over=options.take_over):
            doctor = StoreDoctor(place, unlocked.key, unlocked.ring.store, smith)
            _examine(doctor, before, after, repair=options.repair)
    finally:
        wipe(unlocked.key)


def _unlocked(place: Path, password: str, smith: Locksmith, checkup: Checkup) -> Unlocked | None:
    """The store's key, and how long it took. Raises WrongPassword, PepperMissing."""
    checkup.facts["store"] = place.name
    began = time.monotonic()
    try:
        unlocked = KeyringFiles(place, smith).unlock(password)
    except StoreDamaged as error:  # both files are
        checkup.loss("keys, keys.copy", str(error), _BY_KEY)
        return None
    checkup.facts["milliseconds to unlock"] = round((time.monotonic() - began) * 1000)
    return unlocked


@contextmanager
def _locked(place: Path, *, over: bool) -> Iterator[None]:
    lock = take_over(place) if over else StoreLock.take(place)
    try:
        yield
    finally:
        lock.release()


def _examine(doctor: StoreDoctor, before: Checkup, after: Checkup, *, repair: bool) -> None:
    found = doctor.examine()
    if repair and not found.well:
        before.findings += found.findings
        with suppress(StoreDamaged):  # what could not be mended is found again
            doctor.repair(distance)
        found = doctor.examine()
    doctor.measure(found)
    after.facts |= found.facts | policy_facts(doctor.secret, SystemClock().now())
    after.findings += found.findings


def _place(options: argparse.Namespace, settings: Settings) -> Path:
    origin = origin_of(settings.server) if settings.server else ""
    # Looking makes no device of this folder.
    known = any((settings.data_dir / name).exists() for name in DEVICE_FILES)
    places = Device(settings.data_dir).places(origin, str(options.user)) if known else []
    if not places:
        raise StoreMissing("This user has no store on this terminal", "See civictui doctor.")
    if len(places) > 1 and not origin:
        raise UsageError("This user has stores of several gateways", "Name one with --server.")
    return places[-1]


def _program(settings: Settings) -> dict[str, str | int]:
    return {
        "civictui": __version__,
        "Python": platform.python_version(),
        "cryptography": metadata.version("cryptography"),
        "pepper": _pepper(settings.pepper_file),
    }


def _look_at_keys(settings: Settings, checkup: Checkup) -> None:
    """The person's own keys, with each fault by file and line, and how keys are written."""
    path = config_file()
    own, faults = keymap.from_file(settings.keys, path)
    checkup.facts["settings file"] = f"{path}" if path.exists() else f"{path}, which is not there"
    checkup.facts["own keys"] = ", ".join(f"{name} {shown(own[name])}" for name in own) or "none"
    checkup.facts["keys are written like"] = EXAMPLES
    for fault in faults:
        checkup.fault(
            fault.at(path),
            f"{fault.id}: {fault.words}",
            "Mend that line, or take it out: the app does not start with it.",
        )


def _pepper(path: str) -> str:
    if not path:
        return "none is set"
    pepper = read_pepper(path)
    return f"{path} ({pepper_name(pepper).hex()})" if pepper else f"{path}, which is not here"


def _bad(checkup: Checkup) -> list[Finding]:
    return [found for found in checkup.findings if found.severity is not Severity.NOTE]


def _print(options: argparse.Namespace, checkup: Checkup, repaired: list[Finding]) -> None:
    if options.json:
        print_json(_as_json(checkup, repaired))
        return
    for name, value in checkup.facts.items():
        print_clean(f"{name}: {one_line(str(value))}")
    for found in repaired:
        print_clean(f"repaired  {one_line(found.place)}: {one_line(found.what)}")
    for found in checkup.findings:
        said = f"{one_line(found.place)}: {one_line(found.what)}. {one_line(found.advice)}"
        print_clean(f"{found.severity.value:<8}  {said.rstrip()}")
    if any(found.severity is Severity.LOSS for found in repaired):
        print("sync once: what the server has comes down again")
    if checkup.well:
        print("all is well")


def _as_json(checkup: Checkup, repaired: list[Finding]) -> dict[str, Any]:
    return {
        "facts": checkup.facts,
        "findings": [asdict(found) for found in checkup.findings],
        "repaired": [asdict(found) for found in repaired],
        "well": checkup.well,
    }
