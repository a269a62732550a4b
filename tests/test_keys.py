from collections import Counter

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from civictui import keys
from civictui.app import CivicApp
from civictui.keys import display
from civictui.screens.ask import Ask
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions, VersionPage
from civictui.screens.export_page import ExportPage
from civictui.screens.help import Help
from civictui.screens.login import Login
from civictui.screens.pack_page import PackPage
from civictui.screens.picture_page import PicturePage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sealed_otherwise import SealedPage
from civictui.screens.sign_in_again import AskPassword
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from civictui.widgets.block_list import BlockList, OpenBlocks
from civictui.widgets.form.address_field import AddressField
from civictui.widgets.form.line_field import LineField, PasswordField, TextField
from civictui.widgets.form.path_field import PathField
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.form.place_field import PlaceField
from civictui.widgets.form.report_form import ReportForm
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.search_field import SearchField
from civictui.widgets.scroll_page import ScrollPage

BOUND: list[type[DOMNode]] = [
    CivicApp, Ask, Help, Login, ReportDetail, ReportList, ReportNew, AskPassword, LineField,
    PasswordField, TextField, PathField, ReportForm, ReportRows, ScrollPage, SearchField,
    SealedPage, WorkAside, ChangePasswordPage, SyncPage, ConflictPage, EarlierVersions, VersionPage,
    PicturePage, ReportEdit, ExportPage, BlockList, OpenBlocks, PhotoList, PlaceField, AddressField,
    PackPage,
]  # fmt: skip


def bound(owner: type[DOMNode]) -> list[Binding]:
    return [binding for _, binding in owner._merge_bindings()]


def test_every_id_is_there_once() -> None:
    assert [key_id for key_id, n in Counter(key.id for key in keys.ALL).items() if n > 1] == []


@pytest.mark.parametrize("owner", BOUND)
def test_every_binding_comes_from_the_registry(owner: type[DOMNode]) -> None:
    for binding in bound(owner):
        assert binding.id in keys.BY_ID
        assert binding.description == keys.BY_ID[binding.id].help


@pytest.mark.parametrize("owner", BOUND)
def test_no_key_does_two_things(owner: type[DOMNode]) -> None:
    pressed = Counter(binding.key for binding in bound(owner))
    assert [key for key, count in pressed.items() if count > 1] == []


@pytest.mark.parametrize("owner", BOUND)
def test_every_binding_has_its_action(owner: type[DOMNode]) -> None:
    for binding in bound(owner):
        target, _, name = binding.action.partition("(")[0].rpartition(".")
        assert hasattr(CivicApp if target == "app" else owner, f"action_{name}"), binding


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "^S"),
        ("shift+tab", "Shift-Tab"),
        ("question_mark", "?"),
        ("f12", "F12"),
        ("G", "G"),
        ("j", "j"),
        ("pagedown", "PgDn"),
        ("ctrl+space", "Ctrl-Space"),
    ],
)
def test_keys_are_written_for_a_person(key: str, shown: str) -> None:
    assert display(key) == shown
