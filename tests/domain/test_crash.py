import pytest

from civictui.domain.crash import crash_page


def failing(password: str) -> None:
    try:
        raise KeyError(password)
    except KeyError as error:
        raise OSError(28, f"no room for {password}") from error


def test_the_page_names_kinds_and_places_and_no_values() -> None:
    with pytest.raises(OSError, match="no room") as caught:
        failing("correct horse")
    page = crash_page(caught.value, "1.2.3")
    assert "civictui 1.2.3" in page
    assert "OSError 28" in page
    assert "KeyError" in page
    assert "domain/test_crash.py" in page
    assert "failing" in page
    assert "horse" not in page
    assert len(page.splitlines()) < 24


def test_a_chain_that_goes_round_ends() -> None:
    error = ValueError("x")
    error.__cause__ = RuntimeError("y")
    error.__cause__.__cause__ = error
    assert crash_page(error, "1").count("ValueError") == 1


def test_what_made_a_worker_fail_is_named() -> None:
    class WorkerFailed(Exception):
        error = ZeroDivisionError("secret")

    page = crash_page(WorkerFailed(), "1")
    assert "ZeroDivisionError" in page
    assert "secret" not in page
