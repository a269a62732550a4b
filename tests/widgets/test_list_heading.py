import pytest

from civictui.domain.model import ListFilter, Service, Services, Sort
from civictui.widgets.category_names import names_of
from civictui.widgets.list_heading import Shown, heading

NAMES = names_of(Services((Service(code="017", name="Pothole"),)))
EVERYTHING = ListFilter(
    name="round",
    statuses=frozenset({"open", "in progress"}),
    category="017",
    mine=True,
    assigned=True,
    unsent=True,
    conflicts=True,
    within=500,
    sort=Sort.NEAREST,
)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (Shown(count=7, total=7), "Reports 7"),
        (Shown(count=50_000, total=50_000, news=12), "Reports 50,000 · 12 new"),
        (Shown(count=7, total=7, drafts=2), "Reports 7 · 2 drafts"),
        (Shown(count=2, total=7, search="a  b"), "Reports 2 of 7 with “a b”"),
        (Shown(count=7, total=7, marked=3), "Reports 7 · 3 marked"),
        (
            Shown(count=1, total=7, search="x", marked=3, hidden=2),
            "Reports 1 of 7 with “x” · 3 marked, 2 not shown",
        ),
        (
            Shown(count=0, total=7, search="x", marked=3, hidden=3),
            "Reports 0 of 7 with “x” · 3 marked, none shown",
        ),
        (
            Shown(count=7, total=7, chosen=ListFilter(sort=Sort.STATUS)),
            "Reports 7 · by status",
        ),
        (
            Shown(count=1, total=7, news=1, chosen=ListFilter(news=True)),
            "Reports 1 of 7 · what is new",
        ),
        (
            Shown(count=3, total=7, chosen=EVERYTHING),
            (
                "Reports 3 of 7 · round · in progress or open · Pothole · yours · assigned to you"
                " · not sent or in conflict · within 500 m · nearest first"
            ),
        ),
    ],
)
def test_the_heading_says_what_is_in_force(shown: Shown, said: str) -> None:
    assert heading(shown, NAMES) == said


def test_a_category_that_is_no_service_is_its_own_clean_word() -> None:
    assert NAMES("pot\x1b[31m hole\n") == "pot hole"
    assert NAMES("") == ""
