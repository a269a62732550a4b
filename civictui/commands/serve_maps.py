"""`civictui serve map`: base maps that the gateway gives out to terminals that pack their day."""

import argparse
from pathlib import Path
from typing import Any

from civictui.commands import map as own_maps
from civictui.commands.serve_folder import folder_of, takes_folder, takes_json


def register(actions: "argparse._SubParsersAction[Any]") -> None:
    """Add the action to the parser of `serve`."""
    said = "base maps for terminals: add a file, list, remove"
    parser = actions.add_parser("map", help=said, description=said.capitalize() + ".")
    deeds = parser.add_subparsers(metavar="ACTION", required=True)
    add = deeds.add_parser("add", help="check a map and copy it into the gateway's folder")
    add.add_argument("file", metavar="FILE", type=Path, help="vector tiles: .mbtiles or .pmtiles")
    add.set_defaults(action=_add)
    listed = deeds.add_parser("list", help="the maps that the gateway gives out")
    listed.set_defaults(action=_list)
    remove = deeds.add_parser("remove", help="give a map out no more, and delete the copy")
    remove.add_argument("name", metavar="NAME", help="as `list` names it")
    remove.set_defaults(action=_remove)
    for deed in (add, listed, remove):
        takes_folder(deed)
        takes_json(deed)


def _room(options: argparse.Namespace) -> Path:
    from civictui.gateway.maps import ROOM

    return folder_of(options).path / ROOM


def _add(options: argparse.Namespace) -> int:
    return own_maps.add_to(_room(options), options)


def _list(options: argparse.Namespace) -> int:
    return own_maps.list_of(_room(options), options)


def _remove(options: argparse.Namespace) -> int:
    return own_maps.remove_from(_room(options), options)
