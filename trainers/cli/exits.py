"""What the program's exit code says."""

GOOD = 0
FAILED = 1
"""A run that had begun ended badly."""
BAD_INPUT = 2
"""Something asked for cannot be done as asked."""
INTERRUPTED = 130
"""Ended by a person before anything was saved."""
