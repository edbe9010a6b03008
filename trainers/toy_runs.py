"""Runs for the playground: small games on points, one per objective."""

from collections.abc import Mapping
from types import MappingProxyType

from engines.gans.config import GanConfig
from engines.gans.point_presets import POINT_PRESETS, STEPS
from trainers.config import RunConfig

_ROWS: Mapping[str, str] = MappingProxyType(
    {
        "mm": "points-mm",
        "lsgan": "points-lsgan",
        "hinge": "points-hinge",
        "wasserstein": "points-wgan-gp",
    }
)
_ELSE = "points-ns"


def toy_run(source: str, objective: str) -> RunConfig:
    """Return a run of `objective` on the points of `source`, with the settings for points.

    The generator is not averaged: the one that is seen is the one that the judge judges.

    Raises:
        ValueError: if there is no such data or objective.
    """
    preset = POINT_PRESETS[_ROWS.get(objective, _ELSE)].applied(GanConfig())
    model = {**preset.model_dump(), "objective": objective, "ema": 0.0}
    steps = int(model["decay_steps"]) or STEPS
    plan = {"steps": steps, "sample_every": steps}
    return RunConfig.model_validate({"data": {"source": source}, "model": model, "plan": plan})
