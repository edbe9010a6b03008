"""Published settings as partial configurations: what a paper fixes, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from engines.config import ModelConfig

Model = TypeVar("Model", bound=ModelConfig)


@dataclass(frozen=True, slots=True)
class Preset:
    """A row: what a person reads, where it comes from, and the fields it sets."""

    title: str
    paper: str
    values: Mapping[str, str | int | float | bool]

    def applied(self, config: Model) -> Model:
        """Return `config` with the preset's fields laid over it.

        Raises:
            ValidationError: if a field that the preset leaves open contradicts it.
        """
        return config.changed(**self.values)
