from typing import Any

import pytest

from civictui.domain.model import Report
from civictui.widgets.place_words import ADDRESS_PENDING, address, measured


def report(**fields: Any) -> Report:
    return Report(id="r", reported_at="2026-11-23T10:00:00Z", **fields)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ({}, ""),
        ({"source": "typed", "at": "2026-11-20T10:00:00Z"}, "typed"),
        ({"source": "gps", "accuracy": 5.2, "at": "2026-11-23T09:59:30Z"}, "gps, ±6 m"),
        ({"source": "gps", "at": "2026-11-23T09:47:00Z"}, "gps, 10 min before the report"),
        ({"source": "photo", "at": "2026-11-20T10:00:00Z"}, "from a photo, 3 days before the rep"),
        ({"source": "map"}, "set on the map"),
        ({"source": "gps", "at": "2026-11-23T11:00:00Z"}, "gps"),
        ({"source": "gps", "at": "yesterday", "accuracy": "good"}, "gps"),
        ({"source": "gps", "accuracy": float("nan")}, "gps"),
        ({"source": "gps", "accuracy": -4}, "gps"),
        ({"source": "gps", "accuracy": 10**400}, "gps"),
        ({"source": ["gps"], "accuracy": True}, ""),
        ({"source": "theodolite"}, "theodolite"),
    ],
)
def test_how_a_place_was_measured(location: dict[str, Any], words: str) -> None:
    assert measured(report(location=location)).startswith(words)
    assert bool(words) == bool(measured(report(location=location)))


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("1 Market St", "typed", "1 Market St"),
        ("1 Market St", "", "1 Market St"),
        ("1 Market St", "geocoder", "1 Market St (from a geocoder)"),
        ("1 Market St", "offline", "1 Market St (from what is near)"),
        ("1 Market St", "pending", "1 Market St"),
        ("", "pending", ADDRESS_PENDING),
        ("", "", "none given"),
    ],
)
def test_where_an_address_comes_from(text: str, source: str, words: str) -> None:
    assert address(report(address=text, address_source=source)) == words
