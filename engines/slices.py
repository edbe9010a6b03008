"""Long work cut into slices, so that who does it can do something else in between.

Sliced work is a generator that yields nothing and returns its result: each `next` is a slice.
"""

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Sliced: TypeAlias = Generator[None, None, T]


def drained(work: Generator[None, None, T]) -> T:
    """Do all of it at once, and return the result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
