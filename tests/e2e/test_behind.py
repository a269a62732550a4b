"""That the second run of the flows is what it says: nothing lies in the gateway's own folder."""

from pathlib import Path

import pytest

from civictui.demo import seed
from tests.e2e.behind import Behind
from tests.e2e.processes import Gateway, Terminal

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.peers,
    pytest.mark.parametrize("backing", ["couchdb and s3"], indirect=True, scope="module"),
]


def test_documents_and_pictures_lie_with_the_servers(
    gateway: Gateway, behind: Behind, one: Terminal, photo: Path
) -> None:
    one.sync(gateway)
    key = one.new(description="Lamp out", photo=str(photo))
    assert one.sync(gateway)["unsent"] == 0
    (document,) = (doc for doc in behind.documents(gateway) if doc["_id"] == key)
    assert document["problemDescription"] == "Lamp out"
    pictures = {*seed.objects(), *document["picture"].values()}
    found = " ".join(behind.objects(gateway))
    assert {name for name in pictures if name not in found} == set()
    here = {path.name for path in (gateway.folder / "gateway").iterdir()}
    assert not here & {"database", "objects"}
