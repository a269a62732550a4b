from civictui.domain.model import Draft, Report, ReportRow, RowState
from civictui.widgets.rows.row_book import CAPACITY, Entry, RowBook


def row(key: str, state: RowState = RowState.SENT) -> ReportRow:
    return ReportRow(Report(id=key), state)


def book_of(*ids: str, drafts: tuple[str, ...] = ()) -> RowBook:
    book = RowBook()
    book.replace([Draft(id=key) for key in drafts], ids)
    return book


def test_drafts_come_first() -> None:
    book = book_of("a", "b", drafts=("x",))
    assert [book.entry(place) for place in range(3)] == [Entry("x", True), Entry("a"), Entry("b")]
    assert len(book) == 3
    assert book.row(0) == Draft(id="x")
    assert book.row(1) is None


def test_the_cursor_stays_within() -> None:
    book = book_of("a", "b")
    book.move_to(9)
    assert book.current == Entry("b")
    book.move_to(-9)
    assert book.current == Entry("a")
    assert book_of().current is None


def test_the_cursor_stays_on_its_entry() -> None:
    book = book_of("a", "b", "c")
    book.move_to(1)
    book.replace([Draft(id="x")], ["n", "a", "b", "c"])
    assert book.current == Entry("b")
    book.replace([], ["n", "a", "c"])
    assert book.cursor == 2


def test_a_draft_that_became_a_report_gives_the_cursor_its_place() -> None:
    book = book_of("a", drafts=("x",))
    book.replace([], ["x", "a"])
    assert book.current == Entry("x")


def test_missing_are_those_in_the_window_that_were_not_fetched() -> None:
    book = book_of("a", "b", "c", "d", drafts=("x",))
    assert book.missing(0, 3) == ["a", "b"]
    assert book.learn([row("a")]) == [1]
    assert book.missing(0, 3) == ["b"]
    assert book.learn([row("a")]) == []
    assert book.learn([row("a", RowState.QUEUED), row("z")]) == [1]


def test_after_a_change_rows_are_shown_but_fetched_anew() -> None:
    book = book_of("a", "b")
    book.learn([row("a"), row("b")])
    book.replace([], ["b", "a"])
    assert book.missing(0, 2) == []
    book.distrust()
    assert book.row(0) == row("b")
    assert book.missing(0, 2) == ["b", "a"]


def test_it_forgets_what_was_fetched_longest_ago() -> None:
    ids = [f"{n}" for n in range(CAPACITY + 50)]
    book = book_of(*ids)
    for key in ids:
        book.learn([row(key)])
    assert book.row(0) is None
    assert book.row(len(ids) - 1) is not None
    assert len(book.missing(0, len(ids))) == 50


def test_the_next_entry_takes_the_cursor_of_one_that_is_gone() -> None:
    book = book_of("a", "b", "c", "d")
    book.move_to(1)
    book.replace([], ["n", "m", "a", "c", "d"])
    assert book.current == Entry("c")
    book.replace([], ["n", "m", "a"])
    assert book.current == Entry("a")
    book.replace([], ["x", "y"])
    assert book.cursor == 1


def test_an_order_that_is_the_same_is_told_from_one_that_is_not() -> None:
    book = book_of("a", "b", drafts=("x",))
    assert not book.replace([Draft(id="x")], ["a", "b"])
    assert book.replace([Draft(id="x")], ["b", "a"])
    assert book.replace([], ["b", "a"])


def test_drafts_have_no_marks() -> None:
    book = book_of("a", "b", drafts=("x",))
    assert not book.mark(0)
    assert book.mark(1)
    assert [book.is_marked(place) for place in range(3)] == [False, True, False]
    assert book.mark(1)
    assert book.marked == set()
    assert not book_of().mark(0)


def test_all_are_marked_or_none() -> None:
    book = book_of("a", "b")
    book.mark_all()
    assert book.marked == {"a", "b"}
    book.mark_all()
    assert book.marked == set()


def test_marks_outlast_the_order() -> None:
    book = book_of("a", "b", "c")
    book.mark(0)
    book.mark(2)
    book.replace([], ["c"])
    assert (len(book.marked), book.unseen_marks) == (2, 1)
    book.replace([], ["c", "b", "a"])
    assert [book.is_marked(place) for place in range(3)] == [True, False, True]
