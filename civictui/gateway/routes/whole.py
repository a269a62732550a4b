r"""`{name:whole}` in a route: the rest of a path, whatever is in it.

Starlette's own `path` ends at a line feed, and the id of a document may have one.
"""

from typing import Final

from starlette.convertors import Convertor, register_url_convertor

WHOLE: Final = "whole"


class _Whole(Convertor[str]):
    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor(WHOLE, _Whole())
