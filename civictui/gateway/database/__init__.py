"""The documents: which may come in (review), and where they lie."""
