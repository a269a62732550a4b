"""Places: how they are written, how far they are, and how they are drawn in characters."""
