"""Packing a day: what it takes, in which order, and what is missing in the end."""
