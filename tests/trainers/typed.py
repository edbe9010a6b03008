"""What a person types after `train`, read as the command line reads it."""

from collections.abc import Sequence

from trainers.cli.training import chosen, parsed
from trainers.config import RunConfig


def config_from(words: Sequence[str]) -> RunConfig:
    """Return the configuration that these words describe."""
    return chosen(*parsed(words))
