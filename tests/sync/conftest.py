"""The real gateway and the terminals of `tests.site`, as fixtures."""

from tests.site import one, site, two

__all__ = ["one", "site", "two"]
