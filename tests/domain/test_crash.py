import re

import pytest

from civictui.domain.crash import MAX_KEPT, Crash, crash_page


def failing(password: str) -> None:
    try:
        raise KeyError(password)
    except KeyError as error:
        raise OSError(28, f"no room for {password}") from error


def page_of(error: BaseException) -> str:
    return crash_page(Crash.of(error, "1.2.3"))


def test_the_page_names_kinds_and_places_and_no_values() -> None:
    with pytest.raises(OSError, match="no room") as caught:
        failing("correct horse")
    page = page_of(caught.value)
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
    assert page_of(error).count("ValueError") == 1


def test_what_made_a_worker_fail_is_named() -> None:
    class WorkerFailed(Exception):
        error = ZeroDivisionError("secret")

    page = page_of(WorkerFailed())
    assert "ZeroDivisionError" in page
    assert "secret" not in page


def test_the_page_has_an_id_and_says_where_the_record_is_only_if_there_is_one() -> None:
    crash = Crash.of(ValueError(), "1")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", crash.id)
    assert f"doctor --crashes {crash.id}" in crash_page(crash, kept=True)
    assert "doctor" not in crash_page(crash)
    assert f"report {crash.id}" in crash_page(crash)
    assert Crash.of(ValueError(), "1").id != crash.id


def deep(levels: int) -> None:
    if levels:
        deep(levels - 1)
    raise LookupError("secret")


def test_the_record_has_more_than_the_page_and_comes_back_as_it_was() -> None:
    with pytest.raises(LookupError) as caught:
        deep(200)
    crash = Crash.of(caught.value, "1", "ReportList > ReportNew", "xterm 80x24, 16 colours")
    assert len(crash.page) < 15 < len(crash.trace) <= MAX_KEPT + 1
    again = Crash.from_doc(crash.to_doc())
    assert (again.id, again.trace, again.where) == (crash.id, crash.trace, crash.where)
    assert again.terminal == crash.terminal
    assert again.kind == "LookupError"
    assert "secret" not in str(crash.to_doc())
