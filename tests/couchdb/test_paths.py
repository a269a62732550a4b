"""Names in paths: what leads elsewhere is none, and what is plain is the same to everybody."""

import httpx
import pytest

from civictui.couchdb.paths import is_name_in_paths, is_plain_in_paths, segment

STEPS = [".", "..", "a/../b", "a/..", "./a", "a\\..", "%2e%2e", "%2E.", "%252e%252e", "a%2f..%2fb"]
NAMES = ["r1", "...", ".a", "a..b", "..a", "100%", "service:a", "a/b", "a b", "é", "%e9", "a?b#c"]


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_no_name(name: str) -> None:
    assert not is_name_in_paths(name)
    assert not is_plain_in_paths(name)
    with pytest.raises(ValueError, match="elsewhere"):
        segment(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_one_segment(name: str) -> None:
    url = httpx.URL(f"http://x/db/{segment(name)}")
    assert url.raw_path.decode().count("/") == 2
    assert url.path == f"/db/{name}"


@pytest.mark.parametrize("name", [*STEPS, "a/b", "a b", "é", "100%", ".a", ""])
def test_what_is_not_plain(name: str) -> None:
    assert not is_plain_in_paths(name)


@pytest.mark.parametrize("name", ["r1", "service:lamp", "A-b_c.d~e", "a..b"])
def test_what_is_plain_is_not_even_quoted(name: str) -> None:
    assert is_plain_in_paths(name)
    assert segment(name).replace("%3A", ":") == name
