"""The catalogue as test rows: every family, made small, and every choice it offers.

A family or a choice that is added to the catalogue is tested without a new test.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from engines.catalog import FAMILIES, build
from engines.config import ModelConfig, describe
from engines.engine import Engine
from engines.gans.objectives import OBJECTIVES
from engines.gans.penalties import PENALTIES
from engines.gans.presets import PRESETS
from engines.types import Shape

CLASSES = ("one", "two", "three")
CPU = torch.device("cpu")
TINY = (1, 16, 16)  # the smallest side at which both players of a GAN have batch norm
SHAPES = ((1, 28, 28), (3, 32, 32), (1, 64, 64))

_SMALL = {"latent_dim": 3, "hidden": 8, "width": 4, "batch_size": 4}


_SMALL_GAN = {"latent_dim": 3, "width": 4, "batch_size": 4}


def small(family: str, **values: object) -> ModelConfig:
    """Configure a family with the narrowest networks that still learn."""
    config = FAMILIES[family].config
    names = {spec.name for spec in describe(config)}
    return config(**{n: v for n, v in _SMALL.items() if n in names} | values)


def variants() -> dict[str, ModelConfig]:
    """List each family as it stands, and once for each other value of each of its choices."""
    found = {family: small(family) for family in FAMILIES}
    for family, row in FAMILIES.items():
        for spec in describe(row.config):
            values = (False, True) if spec.kind == "switch" else spec.choices
            found |= {
                f"{family}-{spec.name}-{value}": small(family, **{spec.name: value})
                for value in values
                if value != spec.default
            }
    return found | {name: small("gan", **values) for name, values in _TOGETHER.items()}


_TOGETHER = {
    **{f"gan-{name}": {**PRESETS[name].values, **_SMALL_GAN} for name in ("wgan", "wgan-gp")},
    "gan-wasserstein-spectral": {"objective": "wasserstein", "bound": "spectral"},
    "gan-gp-reusing": {"penalty": "gp", "fresh_latents": False, "discriminator_steps": 2},
    "gan-r1-layer": {"penalty": "r1", "norm": "layer"},
    "gan-categories": {"categories": 3},
    "gan-codes": {"codes": 2, "code_weight": 0.5, "fresh_latents": False},
    "gan-infogan-gp": {"categories": 2, "codes": 1, "penalty": "gp", "discriminator_steps": 2},
    "gan-infogan-clip": {"codes": 1, "objective": "wasserstein", "bound": "clip"},
    "gan-infogan-spectral": {"categories": 2, "bound": "spectral", "norm": "none"},
    **{
        f"gan-conditional-{name}": {"conditional": True, **values}
        for name, values in {
            "critic": {"objective": "wasserstein", "discriminator_steps": 2},
            "dragan": {"penalty": "dragan", "optimiser": "rmsprop"},
            "spectral": {"objective": "hinge", "bound": "spectral"},
            "clip": {"objective": "wasserstein", "bound": "clip"},
            "unrolled": {"unroll": 1, "objective": "relativistic"},
            "minibatch": {"minibatch": True, "fresh_latents": False},
            "informed": {"categories": 3, "codes": 1, "prior": "uniform"},
        }.items()
    },
    "gan-unrolled-first-order": {"unroll": 2, "first_order": True},
    "gan-unrolled-minibatch": {"unroll": 1, "unroll_rate": 1e-4, "minibatch": True},
    "gan-unrolled-relativistic": {"unroll": 1, "objective": "relativistic"},
}
"""Ways through an engine that no single choice takes."""

VARIANTS = variants()
CROSSED = {
    f"{objective}-{penalty}": small("gan", objective=objective, penalty=penalty, bound="clip")
    for objective in OBJECTIVES
    for penalty in ("none", *PENALTIES)
}
"""Every adversarial objective under every penalty, with a critic that is never free."""


def made(model: ModelConfig, shape: Shape = TINY, seed: int = 1) -> Engine:
    """Build the engine of `model` on the CPU, for data of three classes."""
    return build(model, shape, seed, CPU, CLASSES)


def pictures(count: int, shape: Shape = TINY, seed: int = 0) -> Tensor:
    """Draw `count` pictures of even noise in [-1, 1]."""
    rng = torch.Generator().manual_seed(seed)
    return torch.rand((count, *shape), generator=rng) * 2 - 1


def labels(count: int, seed: int = 0) -> Tensor:
    """Draw the class of `count` pictures."""
    rng = torch.Generator().manual_seed(seed)
    return torch.randint(len(CLASSES), (count,), generator=rng)


def stepped(engine: Engine, shape: Shape = TINY, seed: int = 0) -> dict[str, float]:
    """Make one update; return what it measured, as numbers."""
    measured = engine.step(pictures(5, shape, seed), labels(5, seed))
    return {name: value.item() for name, value in measured.items()}


def trained(engine: Engine, steps: int, first: int = 0, shape: Shape = TINY) -> list[dict]:
    """Make `steps` updates; return what each measured, as numbers."""
    return [stepped(engine, shape, seed) for seed in range(first, first + steps)]


def same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    """Say whether two tables hold the same names and, bit for bit, the same tensors."""
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)
