"""Names on a map: which, where, and how they are written."""

import pytest
from PIL import ImagePath

from civictui.geo.maps.canvas import Canvas
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.maps.names import Piece, put_names
from civictui.geo.maps.tiles.tile import Name

CELLS = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""The coordinates of these tests are cells already."""


def street(text: str, *points: tuple[float, float], weight: int = 24, latin: str = "") -> Piece:
    path = ImagePath.Path(list(points))
    return Piece(Name(text, latin, weight, path, path.getbbox(), along=True), CELLS)


def town(text: str, x: float, y: float, weight: int = 88, latin: str = "") -> Piece:
    path = ImagePath.Path([(x, y)])
    return Piece(Name(text, latin, weight, path, path.getbbox(), along=False), CELLS)


def drawn(
    *pieces: Piece, meters: float = 10.0, drawing: Drawing = Drawing.BRAILLE, rows: int = 12
) -> list[str]:
    canvas = Canvas(40, rows, drawing)
    put_names(canvas, pieces, meters)
    return ["".join(cell.char for cell in row).rstrip() for row in canvas.cells()]


def test_a_name_lies_along_its_street() -> None:
    assert drawn(street("Main Street", (0, 4), (39, 4)))[4].strip() == "Main St"


def test_a_street_of_several_pieces_is_named_once() -> None:
    pieces = [street("Main Street", (at, 4), (at + 5, 4)) for at in range(0, 35, 5)]
    assert "\n".join(drawn(*pieces)).count("Main St") == 1


def test_a_street_to_the_north_is_named_downwards() -> None:
    rows = drawn(street("Elm Road", (7, 0), (7, 11)))
    assert "".join(row[7:8] or " " for row in rows).strip() == "Elm Rd"


def test_a_leaning_street_takes_its_letters_along() -> None:
    rows = drawn(street("Elm Road", (4, 0), (7, 11)))
    found = [(row.index(row.strip()), row.strip()) for row in rows if row.strip()]
    assert "".join(char for _, char in found) == "ElmRd"
    assert found[0][0] < found[-1][0]


def test_a_street_that_is_too_short_has_no_name() -> None:
    assert not any(drawn(street("Embankment", (3, 3), (6, 3))))


def test_the_weightier_names_get_the_room() -> None:
    sides = [street(f"Side {row}", (0, row), (39, row)) for row in range(9)]
    mains = [street(f"Main {row}", (0, row), (39, row), weight=36) for row in (9, 10)]
    shown = "\n".join(drawn(*sides, *mains))
    assert all(name in shown for name in ("Main 9", "Main 10", "Side 0"))
    assert "Side 8" not in shown


def test_no_more_names_than_leave_the_map_readable() -> None:
    streets = [street(f"Street {row}", (0, row), (39, row)) for row in range(12)]
    letters = sum(len(row.replace(" ", "")) for row in drawn(*streets))
    assert 0 < letters <= 0.085 * 40 * 12


@pytest.mark.parametrize(
    ("weight", "near", "far"), [(88, False, True), (56, True, False), (24, True, False)]
)
def test_names_have_their_scales(weight: int, near: bool, far: bool) -> None:
    line = street("Aldea", (0, 4), (39, 4), weight=weight)
    assert any(drawn(line, meters=10)) == near
    assert any(drawn(line, meters=1_000)) == far


def test_letters_that_ascii_does_not_have() -> None:
    zurich = town("Zürich", 20, 2)
    tokyo = town("東京", 20, 5, latin="Tokyo")
    kyiv = town("Київ", 20, 8)
    rows = drawn(zurich, tokyo, kyiv, meters=1_000, drawing=Drawing.ASCII)
    assert [row.strip() for row in rows if row] == ["Zurich", "Tokyo"]
    rows = drawn(zurich, tokyo, kyiv, meters=1_000, rows=24)
    assert [row.strip() for row in rows if row] == ["Zürich", "東京", "Київ"]


def test_a_very_long_name_is_left_out() -> None:
    assert not any(drawn(street("Taumatawhakatangihangakoauauo", (0, 4), (39, 4))))


def test_a_name_of_no_certain_width_is_in_latin_letters_or_left_out() -> None:
    assert drawn(town("हिन्दी", 20, 5, latin="Hindi"), meters=100)[5].strip() == "Hindi"
    assert not any(drawn(town("हिन्दी", 20, 5), meters=100))
    assert not any(drawn(street("☎\ufe0f Road", (0, 4), (39, 4))))
