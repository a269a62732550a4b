"""Make what the demo ships: five reports with their photos, and 500 requests of San Francisco.

    python tools/make_demo_assets.py SOURCE_DIR

SOURCE_DIR has `pattern/` (reports.json, the photos, LICENSE) and `reports/` (the requests). The
same sources give the same files. Whoever makes them anew commits the result.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from civictui import pictures

ASSETS = Path(__file__).parent.parent / "civictui" / "demo" / "assets"
REQUESTS = "san-francisco-open311-2011-requests.json"
PHOTO_BUDGET = 200_000
FIELDS = (
    "service_request_id", "service_name", "service_code", "description", "address", "lat", "long",
    "requested_datetime", "updated_datetime", "status", "zipcode",
)  # fmt: skip

CREDITS = """\
# Where the demo's data comes from

## reports.json and photos/

From the sample data of *IBM/Ionic-MFP-App*, the application whose pattern this program follows
(<https://github.com/IBM/Ionic-MFP-App>, commit a2112acf32, folder `SampleData`), licensed under the
Apache License 2.0: see `LICENSE` beside this file.

Changes: in `reports.json` the reporter's e-mail address is replaced by `demo`, and the report
whose photo shows a number plate is left out. The photos are shrunk to at most 1600 pixels and
200 kB, their metadata is removed, and the thumbnails are made anew. The file names are the
original ones.

## san_francisco.json

500 GeoReport v2 requests of 27 and 28 June 2011, published as open data by the City and County of
San Francisco (DataSF, Public Domain Dedication and License), as found in the test fixtures of
*codeforamerica/open311dashboard* (<https://github.com/codeforamerica/open311dashboard>, commit
891229ac92, `dashboard/fixtures/test.json`), a repository without a licence of its own.

Changes: the request records alone, and of them the fields that the demo uses.

## san_francisco.pmtiles

Map data from OpenStreetMap, © OpenStreetMap contributors, licensed under the Open Database License
1.0 (<https://opendatacommons.org/licenses/odbl/1-0/>, <https://www.openstreetmap.org/copyright>):
an extract of downtown San Francisco, made into vector tiles with tilemaker 2.2.0 and its example
configuration for the OpenMapTiles schema. Whoever uses this file has to credit OpenStreetMap, and
shares what he makes of it under the same licence.

Changes, by `tools/make_demo_map.py`: points of interest, house numbers, footpaths and what else the
program does not draw are left out; the bay is made from the coast line.
"""


def main(source: Path) -> None:
    photos = ASSETS / "photos"
    photos.mkdir(parents=True, exist_ok=True)
    pattern = source / "pattern"
    for name in ("reports.json", "LICENSE"):
        shutil.copyfile(pattern / name, ASSETS / name)
    reports = json.loads((ASSETS / "reports.json").read_text("utf-8"))["grievances"]
    for report in reports:
        write_photo(pattern, photos, **report["picture"])
    requests = json.loads((source / "reports" / REQUESTS).read_text("utf-8"))
    (ASSETS / "san_francisco.json").write_text(compact(requests), "utf-8")
    (ASSETS / "CREDITS.md").write_text(CREDITS, "utf-8")


def write_photo(pattern: Path, photos: Path, large: str, thumbnail: str) -> None:
    """Shrink one photo as the program shrinks every photo, under its original names."""
    taken = pictures.take((pattern / large).read_bytes(), PHOTO_BUDGET)
    (photos / large).write_bytes(taken.picture.large)
    (photos / thumbnail).write_bytes(taken.picture.thumbnail)


def compact(requests: list[dict[str, Any]]) -> str:
    """One request a line, so that a change shows as what it is."""
    kept = ({name: request[name] for name in FIELDS} for request in requests)
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in kept)
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
