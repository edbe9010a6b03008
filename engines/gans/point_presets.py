"""Settings of adversarial models for points, as partial configurations.

They are ours: the papers disagree in networks, rates and length, and none states all of them.
One set of choices is shared by all rows, so that what differs between two of them is the
objective and what it needs. `tests/benchmarks/ring.py` measures them over five seeds.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engines.presets import Preset

STEPS = 8_000  # that most rows are made for; their step sizes reach zero there

_SHARED: Mapping[str, str | int | float | bool] = {
    "latent_dim": 2,
    "prior": "gauss",
    "width": 32,
    "norm": "auto",
    "bound": "none",
    "penalty": "auto",
    "minibatch": False,
    "discriminator_steps": 1,
    "unroll": 0,
    "optimiser": "adam",
    "batch_size": 512,
    "learning_rate": 1e-3,
    "discriminator_rate": 1e-3,
    "decay_steps": STEPS,
    "beta1": 0.5,
    "beta2": 0.999,
    "ema": 0.999,
    "fresh_latents": True,
}


def _row(title: str, what: str, **values: str | int | float | bool) -> Preset:
    return Preset(
        f"Points: {title}",
        f"Ours, for {values.get('decay_steps') or STEPS:,} steps on points: {what}",
        {**_SHARED, **values},
    )


POINT_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "points-ns": _row("NS", "the non-saturating game, nothing else", objective="ns"),
        "points-mm": _row("MM", "the minimax game", objective="mm"),
        "points-lsgan": _row("LSGAN", "squared distances", objective="lsgan"),
        "points-hinge": _row(
            "hinge + SN",
            "a judge held by spectral norm, too flat for modes as narrow as the ring's",
            objective="hinge",
            bound="spectral",
        ),
        "points-r1": _row(
            "R1",
            "NS with R1 at γ 0.02",
            objective="ns",
            penalty="r1",
            penalty_weight=0.02,
        ),
        "points-wgan-gp": _row(
            "WGAN-GP",
            "λ 0.1 and three critic updates a step",
            objective="wasserstein",
            penalty="gp",
            penalty_weight=0.1,
            discriminator_steps=3,
            decay_steps=3_000,
            beta1=0.0,
            beta2=0.9,
        ),
        "points-dragan": _row(
            "DRAGAN", "NS with λ 0.1", objective="ns", penalty="dragan", penalty_weight=0.1
        ),
        "points-collapse": _row(
            "collapse",
            "NS whose generator outruns its judge, to see modes being lost",
            objective="ns",
            learning_rate=3e-3,
            discriminator_rate=2e-4,
            beta1=0.9,
            ema=0.0,
            decay_steps=3_000,
            batch_size=128,
        ),
    }
)
