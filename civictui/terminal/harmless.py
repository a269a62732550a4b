"""What no terminal is ever sent, whatever the screens let through.

Apart from `domain.text` on purpose: this is the second wall, and must stand when the first has
fallen. It keeps every column: what is taken out was counted by the layout already.
"""

import re
from typing import Final

from rich.cells import cell_len

NEVER: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)
"""Controls, separators, formats and surrogates: all of Unicode's that have no look of their own,
but for the two joiners."""
_NOTHING: Final = "\u200c"
"""A joiner that joins nothing: it has no width, wherever it stands."""


def harmless(text: str) -> str:
    """`text` without such characters, as wide as it was; a question mark for those with a width."""
    if not NEVER.search(text):
        return text
    without = NEVER.sub(lambda found: "?" * cell_len(found[0]), text)
    if cell_len(without) == cell_len(text):
        return without
    # After a joiner the layout has counted the next character as nothing, and now that is another.
    return NEVER.sub(lambda found: "?" * cell_len(found[0]) or _NOTHING, text)
