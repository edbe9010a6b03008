"""Every model family: its name, its configuration, its engine. A new family is a new row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch

from engines.advice import Advice
from engines.autoencoders.config import BetaVaeConfig, VaeConfig
from engines.autoencoders.engine import VaeEngine
from engines.began.channels import CHANNELS as BEGAN_CHANNELS
from engines.began.config import BeganConfig
from engines.began.engine import BeganEngine
from engines.began.presets import PRESETS as BEGAN_PRESETS
from engines.config import ModelConfig
from engines.engine import Engine
from engines.gans.channels import channels_of as gan_channels
from engines.gans.config import GanConfig
from engines.gans.engine import GanEngine
from engines.gans.guidelines import advice_on as gan_advice
from engines.gans.point_presets import POINT_PRESETS
from engines.gans.presets import PRESETS as GAN_PRESETS
from engines.presets import Preset
from engines.snapshot import Channels
from engines.types import Shape, is_point

MOST_CLASSES = 1_000
NO_CLASSES = (
    "a conditional model learns which pictures belong to which class, and these pictures have "
    "no classes; choose a data set with two at least, or a model that is not conditional"
)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of model: what a person reads, chooses, and gets."""

    title: str
    summary: str
    config: type[ModelConfig]
    engine: Callable[..., Engine]
    """Given the configuration, (c, h, w), the seed, the device, and the names of the classes
    of the data where the configuration asks for them."""
    channels: Callable[[Any], Channels]
    """What the engine of a configuration measures, known without building it."""
    presets: Mapping[str, Preset] = field(default_factory=dict)
    """Published settings to start from."""
    asks_classes: Callable[[Any], bool] = lambda _: False
    """Whether a configuration learns from labels."""
    advice: Callable[[Any, Shape], Advice] | None = None
    """Which proven rules a configuration breaks on pictures of a shape."""
    learns_points: bool = False
    """Whether it learns points (d, 1, 1) as well as pictures."""


def _vae_channels(_config: ModelConfig) -> Channels:
    return Channels(VaeEngine.channels, VaeEngine.held_out_channels)


def _began_channels(_config: ModelConfig) -> Channels:
    return BEGAN_CHANNELS


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
            lambda config: config.conditional,
            gan_advice,
            learns_points=True,
        ),
        "began": Family(
            "BEGAN",
            "A GAN whose discriminator is an auto-encoder: pictures that it rebuilds well pass "
            "for real, and a number k keeps the players even.",
            BeganConfig,
            BeganEngine,
            _began_channels,
            BEGAN_PRESETS,
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


def build(
    model: ModelConfig,
    shape: Shape,
    seed: int,
    device: torch.device,
    classes: tuple[str, ...] = (),
) -> Engine:
    """Make the engine of a configuration for pictures of `shape` = (c, h, w).

    `classes` names the classes of the data, in the order of its labels.

    Raises:
        ValueError: if the family cannot learn pictures of that shape, or learns from labels
            and there are fewer than two classes or too many.
    """
    if is_point(shape) and (reason := refusal_of_points(model.family)):
        raise ValueError(reason)
    family = FAMILIES[model.family]
    if not family.asks_classes(model):
        return family.engine(model, shape, seed, device)
    if len(classes) < 2:
        raise ValueError(NO_CLASSES)
    if len(classes) > MOST_CLASSES:
        raise ValueError(
            f"a conditional model learns at most {MOST_CLASSES:,} classes, and there are "
            f"{len(classes):,}; choose data with fewer, or a model that is not conditional"
        )
    return family.engine(model, shape, seed, device, classes)


def asks_classes(model: ModelConfig) -> bool:
    """Say whether a configuration learns from labels."""
    return FAMILIES[model.family].asks_classes(model)


def advice_on(model: ModelConfig, shape: Shape) -> Advice | None:
    """Return what the family advises against in a configuration, where it gives advice.

    Builds networks without weights: milliseconds, on any thread.

    Raises:
        ValueError: if the family cannot learn pictures of that shape.
    """
    advise = FAMILIES[model.family].advice
    return None if advise is None else advise(model, shape)


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
