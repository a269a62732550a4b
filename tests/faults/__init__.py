"""Servers that lie, forget, swell or are somebody else."""
