"""Every model family: its name, its configuration, its engine. A new family is a new row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch

from engines.autoencoders.config import BetaVaeConfig, VaeConfig
from engines.autoencoders.engine import VaeEngine
from engines.config import ModelConfig
from engines.engine import Engine
from engines.gans.channels import channels_of as gan_channels
from engines.gans.config import GanConfig
from engines.gans.engine import GanEngine
from engines.gans.point_presets import POINT_PRESETS
from engines.gans.presets import PRESETS as GAN_PRESETS
from engines.presets import Preset
from engines.snapshot import Channels
from engines.types import Shape, is_point


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model: what a person reads, chooses, and gets."""

    title: str
    summary: str
    config: type[ModelConfig]
    engine: Callable[[Any, Shape, int, torch.device], Engine]
    channels: Callable[[Any], Channels]
    """What the engine of a configuration measures, known without building it."""
    presets: Mapping[str, Preset] = field(default_factory=dict)
    """Published settings to start from."""
    learns_points: bool = False
    """Whether it learns points (d, 1, 1) as well as pictures."""


def _vae_channels(_config: ModelConfig) -> Channels:
    return Channels(VaeEngine.channels, VaeEngine.held_out_channels)


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "vae": Family(
            "VAE",
            "Encodes a picture to a distribution over codes and decodes codes to pictures; "
            "trained on a bound of the likelihood.",
            VaeConfig,
            VaeEngine,
            _vae_channels,
        ),
        "beta-vae": Family(
            "β-VAE",
            "A VAE whose KL term weighs β times: smoother, more separate factors for a "
            "coarser picture.",
            BetaVaeConfig,
            VaeEngine,
            _vae_channels,
        ),
        "gan": Family(
            "GAN",
            "A generator learns to fool a discriminator that learns to tell its pictures "
            "from real ones.",
            GanConfig,
            GanEngine,
            gan_channels,
            MappingProxyType({**GAN_PRESETS, **POINT_PRESETS}),
            learns_points=True,
        ),
    }
)


def read_model(values: Mapping[str, Any]) -> ModelConfig:
    """Build the configuration of the family that `values` names.

    Raises:
        ValueError: if the family is unknown or a value is refused.
    """
    family = values.get("family")
    if not isinstance(family, str) or family not in FAMILIES:
        raise ValueError(f"there is no model family {family!r}; choose {', '.join(FAMILIES)}")
    return FAMILIES[family].config.model_validate(dict(values))


def build(model: ModelConfig, shape: Shape, seed: int, device: torch.device) -> Engine:
    """Make the engine of a configuration for pictures of `shape` = (c, h, w).

    Raises:
        ValueError: if the family cannot learn pictures of that shape.
    """
    if is_point(shape) and (reason := refusal_of_points(model.family)):
        raise ValueError(reason)
    return FAMILIES[model.family].engine(model, shape, seed, device)


def refusal_of_points(family: str) -> str:
    """Say why `family` cannot learn points, and which can; empty where it can."""
    if FAMILIES[family].learns_points:
        return ""
    able = " or ".join(name for name, row in FAMILIES.items() if row.learns_points)
    return (
        f"a {FAMILIES[family].title} learns pictures, and this data set is made of points; "
        f"choose the model {able}"
    )


def channels_of(model: ModelConfig) -> Channels:
    """Return what the engine of a configuration measures, without building it."""
    return FAMILIES[model.family].channels(model)
