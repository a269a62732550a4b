"""The gateway's design document: which documents name a picture, and which updates a report has.

The functions run in the backend. They find as much as the gateway does when it reads a document
(`domain.model.photos_of`, `review.report_of`), or more, and never fail on what somebody wrote.
"""

from civictui.domain.model import Doc

ID = "_design/civictui"
PICTURES = "pictures"
UPDATES = "updates"

_PICTURES = """\
function (doc) {
  var seen = {};
  function name(photo) {
    if (!photo || typeof photo !== "object") { return; }
    [photo.large, photo.thumbnail].forEach(function (key) {
      if (typeof key === "string" && key && seen["k" + key] !== true) {
        seen["k" + key] = true;
        emit(key, null);
      }
    });
  }
  name(doc.picture);
  if (Array.isArray(doc.photos)) { doc.photos.forEach(name); }
}"""

_UPDATES = """\
function (doc) {
  if (doc.type === "update" && typeof doc.report === "string") { emit(doc.report, null); }
}"""

DESIGN: Doc = {
    "_id": ID,
    "language": "javascript",
    "views": {PICTURES: {"map": _PICTURES}, UPDATES: {"map": _UPDATES}},
}


def is_same(found: Doc) -> bool:
    """Whether a design document does what this one does."""
    return all(found.get(name) == DESIGN[name] for name in ("views", "language"))
