"""Updates of one player alone, made by hand between two steps, and the account of them.

They are no steps, and no command repeats them: whoever tells of a run tells of them too. The
account therefore travels in every checkpoint whose weights they have changed.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from pydantic import TypeAdapter, ValidationError

from engines.engine import Engine
from engines.types import Images
from trainers.events import ByHand, Turned
from trainers.meter import Meter, refuse_lost

Account: TypeAlias = tuple[ByHand, ...]

LARGEST_TEXT = 16 * 1024 * 1024
_ACCOUNT = TypeAdapter(Account)


class Turns:
    """The updates by hand of one run under way.

    `draw` gives the pictures of the k-th of them: never those of a step to come, whose order
    they leave alone.
    """

    def __init__(self, draw: Callable[[int], Images], made: Account = ()) -> None:
        self._draw = draw
        self._made = made
        self._meter = Meter()
        self._name, self._step = "", 0

    @property
    def made(self) -> Account:
        """All of this run so far, in the order in which each player's first was made."""
        return self._made

    def make(self, engine: Engine, name: str, step: int) -> Iterator[Turned]:
        """Advance the player `name` after `step`; report what another has done before it.

        Raises:
            ValueError: if there is no such player.
            DivergedError: if what is reported is not finite.
        """
        if (name, step) != (self._name, self._step):
            yield from self.tell()
        self._name, self._step = name, step
        self._meter.add(engine.turn(name, self._draw(sum(row.count for row in self._made))))
        self._made = noted(self._made, name, step)

    def tell(self) -> Iterator[Turned]:
        """Report every update not reported yet.

        Raises:
            DivergedError: if a measured quantity is not finite.
        """
        if not len(self._meter):
            return
        values, step, name = self._meter.read(), self._step, self._name
        (row,) = (row for row in self._made if (row.step, row.name) == (step, name))
        yield Turned(row, values)
        refuse_lost({what: trace[~np.isfinite(trace)] for what, trace in values.items()}, step)


def noted(made: Account, name: str, step: int) -> Account:
    """Add one update of the player `name` after `step` to an account."""
    same = [row for row in made if (row.step, row.name) == (step, name)]
    count = 1 + sum(row.count for row in same)
    row = ByHand(step, name, count)
    if same:
        return tuple(row if known is same[0] else known for known in made)
    return (*made, row)


def account_text(made: Account) -> str:
    """Write an account as a checkpoint carries it."""
    return _ACCOUNT.dump_json(made).decode()


def account_from(text: str) -> Account:
    """Read what `account_text` wrote, from a file that nobody vouches for.

    Raises:
        ValueError: if the text is anything else, in one sentence.
    """
    if len(text) > LARGEST_TEXT:
        raise ValueError("the account of updates by hand is larger than any of ours")
    try:
        return _ACCOUNT.validate_json(text)
    except ValidationError as error:
        raise ValueError("the account of updates by hand is damaged") from error
