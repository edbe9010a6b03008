"""Long work cut into slices, so that who does it can do something else in between.

Sliced work is a generator that returns its result: each `next` is a slice. What it yields on
the way, if anything, tells how far it is.
"""

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Sliced: TypeAlias = Generator[None, None, T]


def drained(work: Generator[object, None, T]) -> T:
    """Do all of it at once, and return the result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
