"""What a long load says while it works, how it is stopped, and how it fails."""

from collections.abc import Callable
from dataclasses import dataclass


class DataError(ValueError):
    """Something is wrong with the data or the way to it; the message is one clear sentence."""


class Cancelled(Exception):
    """The load was stopped by the person who began it; nothing half-made is left behind."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a part of the work is. `total` is 0 while it is unknown."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of progress, and who is asked whether to go on."""

    report: Callable[[Progress], None] = lambda _: None
    cancelled: Callable[[], bool] = lambda: False

    def tell(self, what: str, done: int, total: int) -> None:
        """Report progress, unless the work is no longer wanted.

        Raises:
            Cancelled: if it is not.
        """
        if self.cancelled():
            raise Cancelled(f"{what} was cancelled")
        self.report(Progress(what, done, total))
