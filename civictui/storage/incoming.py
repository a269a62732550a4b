"""What a document from elsewhere says of itself: its id, its revision, and where that came from."""

from civictui.domain.model import Doc
from civictui.domain.revtree import MOST_GENERATION, BadRevision, parse, path_of


def identity_of(doc: Doc) -> tuple[str, str, list[str]]:
    """Id, revision and ancestry of a document from elsewhere. Raises BadRevision."""
    key, rev = doc.get("_id"), doc.get("_rev")
    if not isinstance(key, str) or not key or key.startswith("_"):
        raise BadRevision("a document's id is a string that does not begin with an underscore")
    if not isinstance(rev, str):
        raise BadRevision("a replicated document has a revision")
    if parse(rev)[0] > MOST_GENERATION:
        raise BadRevision("no document was changed that often")
    history = doc.get("_revisions")
    if not isinstance(history, dict):
        return key, rev, [rev]
    start, digests = history.get("start"), history.get("ids")
    if not isinstance(start, int) or not isinstance(digests, list):
        raise BadRevision("a revision history is {start, ids}")
    if not all(isinstance(digest, str) and digest for digest in digests):
        raise BadRevision("a revision history is {start, ids}")
    path = path_of(start, digests)
    if path[0] != rev:
        raise BadRevision("the revision history belongs to another revision")
    return key, rev, path
