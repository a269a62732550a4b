"""`civictui map`: the base maps of this terminal, which lie under the reports on its map.

They are public files, for all users of the terminal, and not sealed. No store is opened, and no
report is shown: an operator who switches off the map switches off its pages, not these.

With --json `list` and `add` print objects with `name`, `bytes`, `bounds` (west, south, east,
north), `zooms`, `attribution`, and `fault` for a map that cannot be used.
"""

import argparse
from pathlib import Path
from typing import Any

from civictui.commands.options import add_common, print_clean, print_json, settings_of
from civictui.domain.text import one_line
from civictui.geo.maps import map_folder
from civictui.geo.maps.map_folder import Kept

_BOUNDS = "{:.4f},{:.4f} to {:.4f},{:.4f}"


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="check a map and copy it here")
    add.add_argument("file", metavar="FILE", type=Path, help="vector tiles: .mbtiles or .pmtiles")
    add.set_defaults(run=_add)
    listed = actions.add_parser("list", help="the maps that are here")
    listed.set_defaults(run=_list)
    remove = actions.add_parser("remove", help="delete a map from here")
    remove.add_argument("name", metavar="NAME", help="as `list` names it")
    remove.set_defaults(run=_remove)
    for action in (add, listed, remove):
        add_common(action)


def folder_of(options: argparse.Namespace) -> Path:
    """Where the maps of this terminal lie."""
    return Path(settings_of(options).data_dir) / "maps"


def _add(options: argparse.Namespace) -> int:
    return add_to(folder_of(options), options)


def _list(options: argparse.Namespace) -> int:
    return list_of(folder_of(options), options)


def _remove(options: argparse.Namespace) -> int:
    return remove_from(folder_of(options), options)


def add_to(folder: Path, options: argparse.Namespace) -> int:
    """Check the map `options.file`, copy it into the folder and print what it is."""
    added = map_folder.add(folder, options.file.expanduser())
    if options.json:
        print_json(_entry(added))
    else:
        print_clean(_line(added))
    return 0


def list_of(folder: Path, options: argparse.Namespace) -> int:
    """Print the maps in the folder."""
    found = map_folder.kept(folder)
    if options.json:
        print_json([_entry(kept) for kept in found])
    else:
        for kept in found:
            print_clean(_line(kept))
    return 0


def remove_from(folder: Path, options: argparse.Namespace) -> int:
    """Delete the map `options.name` from the folder."""
    removed = map_folder.remove(folder, options.name)
    if options.json:
        print_json({"removed": removed.name})
    else:
        print_clean(f"{one_line(removed.name)} is removed")
    return 0


def _line(kept: Kept) -> str:
    size = f"{kept.bytes / 1_000_000:.1f} MB"
    if kept.about is None:
        return f"{one_line(kept.name)}\t{size}\tcannot be used: {one_line(kept.fault)}"
    west, south, east, north = kept.about.bounds
    where = _BOUNDS.format(south, west, north, east)
    return f"{one_line(kept.name)}\t{size}\t{where}\t{one_line(kept.about.attribution)}"


def _entry(kept: Kept) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": kept.name, "bytes": kept.bytes}
    if kept.about is None:
        return {**entry, "fault": kept.fault}
    about = kept.about
    return {
        **entry,
        "bounds": list(about.bounds),
        "zooms": [about.min_zoom, about.max_zoom],
        "attribution": about.attribution,
    }
