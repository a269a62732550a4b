"""What the index keeps of a report is the same by a glimpse and by the whole document."""

import pytest
from hypothesis import given

from civictui.codec import Misfit, encode, reader
from civictui.domain.model import Doc, Report
from civictui.storage.report_entry import SEARCHED, Glimpse, entry_of, entry_seen
from tests.storage.odd_reports import BODIES, PLAIN, by_the_whole


@given(BODIES)
def test_a_glimpse_gives_what_the_whole_document_gives(body: Doc) -> None:
    doc = {"_id": "r", **body}
    expected = repr(by_the_whole(doc))  # as text: no NaN equals another
    assert repr(entry_of("r", doc)) == expected
    try:
        seen = reader(Glimpse)(encode(body))
    except Misfit:
        return
    assert repr(entry_seen("r", seen)) == expected


@given(PLAIN)
def test_what_this_program_writes_fits_the_glimpse(body: Doc) -> None:
    written = Report.from_doc({"_id": "r", **body}).to_doc()
    del written["_id"]
    assert entry_seen("r", reader(Glimpse)(encode(written))) is not None


@pytest.mark.parametrize("field", ["problemDescription", "address", "category", "reportedBy"])
def test_a_hostile_text_is_searched_at_its_beginning_only(field: str) -> None:
    body = {"type": "report", field: "Ä" * SEARCHED + "beyond"}
    seen = entry_seen("r", reader(Glimpse)(encode(body)))
    assert seen is not None
    assert repr(seen) == repr(entry_of("r", {"_id": "r", **body}))
    assert "beyond" not in seen[1]
    assert "ä" * SEARCHED in seen[1]
