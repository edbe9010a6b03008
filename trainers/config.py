"""A whole run as one record: what to learn from, what learns, and for how long."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny, ValidationError

from engines.autoencoders.config import VaeConfig
from engines.catalog import read_model
from engines.config import Config, ModelConfig, explain
from trainers.data.config import DataConfig
from trainers.plan import Plan


def _of_family(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    try:
        return read_model(value)
    except ValidationError as error:  # its own text has many lines
        raise ValueError(explain(error)) from error


class RunConfig(Config):
    """Repeats a run exactly, on the same kind of machine, from nothing else."""

    data: DataConfig = DataConfig()
    model: Annotated[SerializeAsAny[ModelConfig], BeforeValidator(_of_family)] = VaeConfig()
    plan: Plan = Plan()
