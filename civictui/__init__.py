"""civictui: report civic problems from a terminal, offline first."""

__version__ = "0.1.0"
