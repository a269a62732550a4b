import pytest

from civictui.geo import length


@pytest.mark.parametrize(
    ("written", "meters"),
    [
        ("", 0),
        ("  ", 0),
        ("500", 500),
        ("500 m", 500),
        ("500m", 500),
        ("1.5 km", 1500),
        ("1,5 km", 1500),
        (".5 KM", 500),
        ("300 ft", 91),
        ("0.5 mi", 805),
        ("2 miles", 3219),
    ],
)
def test_lengths_as_people_write_them(written: str, meters: int) -> None:
    assert length.read(written) == meters


@pytest.mark.parametrize(
    "written", ["0", "-5", "near", "5 parsec", "1.2.3", "1e3", "99999 km", "٣ km", "5 m 3"]
)
def test_what_is_no_length(written: str) -> None:
    assert length.read(written) is None
