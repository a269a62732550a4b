"""Stores that tell each other everything, without a server between them."""

from civictui.storage.store import StoreTables


def tell(source: StoreTables, target: StoreTables) -> None:
    """Bring all leaves of `source` into `target`, histories included, as a replication would."""
    for key in source.documents.ids():
        leaves = [(key, rev) for rev, _ in source.documents.leaves(key)]
        docs = [doc for doc in source.documents.bulk_get(leaves) if doc is not None]
        assert target.documents.bulk_docs(docs) == []


def meet(one: StoreTables, other: StoreTables) -> None:
    """Both know everything, nothing is left to be sent, and nothing was merged yet."""
    tell(one, other)
    tell(other, one)
    for store in (one, other):
        marks = store.documents.marked().items()
        store.acknowledge([(key, rev) for key, revs in marks for rev in revs])


def state(store: StoreTables) -> dict[str, list[tuple[str, bool]]]:
    """The leaves of every document."""
    return {key: store.documents.leaves(key) for key in sorted(store.documents.ids())}
