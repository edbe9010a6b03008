"""Runs for the playground: small games on points, one per objective."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from trainers.config import RunConfig

_SMALL: Mapping[str, Any] = MappingProxyType(
    {
        "family": "gan",
        "latent_dim": 16,
        "width": 32,
        "batch_size": 256,
        "learning_rate": 1e-3,
        "discriminator_rate": 1e-3,
        "beta1": 0.5,
        "ema": 0.0,  # the generator seen is the one that the judge judges
    }
)

_OWN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "wasserstein": {
            "penalty": "gp",
            "penalty_weight": 0.1,  # for toys, as in the authors' script of arXiv:1704.00028
            "discriminator_steps": 5,
            "beta2": 0.9,
        },
        "hinge": {"bound": "spectral", "norm": "none", "discriminator_steps": 2},
        "relativistic": {"penalty": "r1", "penalty_weight": 0.1},
    }
)

_PLAN: Mapping[str, Any] = MappingProxyType({"steps": 20_000, "sample_every": 2_000})


def toy_run(source: str, objective: str) -> RunConfig:
    """Return a run of `objective` on the points of `source`.

    Raises:
        ValueError: if there is no such data or objective.
    """
    model = {**_SMALL, "objective": objective, **_OWN.get(objective, {})}
    return RunConfig.model_validate({"data": {"source": source}, "model": model, "plan": _PLAN})
