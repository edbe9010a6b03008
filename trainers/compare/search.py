"""Random search over declared ranges: which settings to try, the same for the same seed."""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from pydantic import Field, model_validator

from engines.config import Config, FieldSpec, Scale, describe

TRIES = 200  # draws before a range that only holds impossible settings is given up


class Range(Config):
    """What one field may be: numbers between two limits, or some of its choices.

    Whether numbers are drawn evenly or by their logarithm follows from the field itself.
    """

    field: str = Field(max_length=120)
    """One field, or several with slashes between them that share each draw."""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = Field((), max_length=64)

    @model_validator(mode="after")
    def _possible(self) -> "Range":
        both = self.low is not None and self.high is not None
        if both == bool(self.choices):
            raise ValueError(
                f"{self.field} is searched either from one number to another "
                f"({self.field}=1e-5:1e-3) or among choices ({self.field}=batch|none)"
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.field}: the range {self.low:g}:{self.high:g} is empty")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that each draw sets."""
        return tuple(self.field.split("/"))

    @property
    def words(self) -> str:
        """The range as the command line spells it."""
        values = "|".join(self.choices) if self.choices else f"{self.low!r}:{self.high!r}"
        return f"{self.field}={values}"


class Search(Config):
    """Random draws per row, of which the best goes on to the seeds."""

    draws: int = Field(20, ge=1, le=10_000)
    over: tuple[Range, ...] = Field(min_length=1, max_length=32)
    seed: int = Field(0, ge=0, le=2**53)

    def draws_of(
        self, what: str, ranges: Sequence[Range], config: type[Config]
    ) -> Iterator[Mapping[str, bool | int | float | str]]:
        """Yield settings to try under the name `what`, one after the other, a few hundred.

        Each of `ranges` has a field that `config` has. Other names share no random numbers.
        """
        specs = {spec.name: spec for spec in describe(config)}
        key = hashlib.blake2b(f"{self.seed}/{what}".encode(), digest_size=8).digest()
        rng = np.random.Generator(np.random.PCG64(int.from_bytes(key, "little")))
        for _ in range(TRIES):
            drawn: dict[str, bool | int | float | str] = {}
            for part in ranges:
                there = [name for name in part.fields if name in specs]
                drawn |= dict.fromkeys(there, _draw(part, specs[there[0]], rng))
            yield drawn


def range_from(text: str) -> Range:
    """Read `field=low:high` or `field=one|other`.

    Raises:
        ValueError: if the text is neither.
    """
    name, _, values = text.partition("=")
    field = name.strip().replace("-", "_")
    low, colon, high = values.partition(":")
    if not field or not values:
        raise ValueError(f"{text!r:.80} is no range; write field=low:high or field=one|other")
    if not colon:
        return Range(field=field, choices=tuple(values.split("|")))
    try:
        return Range(field=field, low=float(low), high=float(high))
    except ValueError as error:
        raise ValueError(
            f"{text!r:.80} is no range: a number stands on each side of the colon, the "
            f"smaller one first"
        ) from error


def _draw(part: Range, spec: FieldSpec, rng: np.random.Generator) -> bool | int | float | str:
    if part.low is None or part.high is None:
        return part.choices[int(rng.integers(len(part.choices)))]
    if spec.kind == "whole":
        return int(rng.integers(math.ceil(part.low), math.floor(part.high), endpoint=True))
    if spec.scale is Scale.LOG and part.low > 0:
        return math.exp(rng.uniform(math.log(part.low), math.log(part.high)))
    return float(rng.uniform(part.low, part.high))
