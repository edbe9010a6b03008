"""Comparisons that are ready to be run: the eight rows of the classic table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engines.catalog import FAMILIES
from trainers.compare.config import Row
from trainers.compare.search import Range


@dataclass(frozen=True, slots=True)
class StudyPreset:
    """A row: what a person reads, what is compared, and what it lacks of its model."""

    title: str
    summary: str
    values: Mapping[str, Any] = field(repr=False)
    """A partial `StudyConfig`."""
    lacks: tuple[str, ...] = ()


_VAE = {"body": "conv", "hidden": 64}
CLASSIC: tuple[Row, ...] = (
    Row(name="mm", family="gan", changes={"objective": "mm"}),
    Row(name="ns", family="gan", changes={"objective": "ns"}),
    Row(name="lsgan", family="gan", preset="lsgan"),
    Row(name="wgan", family="gan", preset="wgan"),
    Row(name="wgan-gp", family="gan", preset="wgan-gp"),
    Row(name="dragan", family="gan", preset="dragan"),
    Row(name="began", family="began", preset="began-varied"),  # γ = ½ pins k at 0 on MNIST
    Row(name="vae", family="vae", changes=_VAE),
)
"""The rows of the table of Lucic 2018, arXiv:1711.10337."""

_ADAM = {"optimiser": "adam"}
_FULL: tuple[Row, ...] = tuple(
    row.changed(changes={**row.changes, **(_ADAM if row.name == "wgan" else {})})
    for row in CLASSIC
)
_RANGES = (
    Range(field="learning_rate/discriminator_rate", low=1e-5, high=1e-2),
    Range(field="beta1", low=0.0, high=0.999),
    Range(field="discriminator_steps", choices=("1", "5")),
    Range(field="norm", choices=("batch", "none")),
    Range(field="penalty_weight", low=0.1, high=100.0),
    Range(field="clip", low=1e-3, high=1.0),
    Range(field="gamma", low=0.01, high=1.0),
)


def _there(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Leave out families that this program does not have."""
    return tuple(row for row in rows if row.family in FAMILIES)


def _meant(ranges: tuple[Range, ...], rows: tuple[Row, ...]) -> tuple[Range, ...]:
    """Leave out ranges of settings that none of `rows` has."""
    known = {name for row in rows for name in FAMILIES[row.family].config.model_fields}
    return tuple(part for part in ranges if known & set(part.fields))


PRESETS: Mapping[str, StudyPreset] = MappingProxyType(
    {
        "classic-cpu": StudyPreset(
            "Eight classic models on MNIST, CPU-sized",
            "MM, NS, LSGAN, WGAN, WGAN-GP, DRAGAN, BEGAN and VAE at their published settings "
            "on bodies of width 16; within half an hour on two cores.",
            {
                "title": "Eight classic models on MNIST, CPU-sized",
                "data": {"source": "mnist"},
                "rows": _there(CLASSIC),
                "shared": {
                    "width": 16,
                    "latent_dim": 64,
                    "prior": "uniform",
                    "batch_size": 64,
                    "ema": 0.0,
                },
                "first": ("began", "wgan-gp", "wgan"),
                "seeds": 1,
                "plan": {
                    "steps": 3_000,
                    "sample_every": 500,
                    "evaluate_every": 1_000,
                    "threads": 1,
                },
            },
            lacks=(
                "Networks are about a hundredth of the published ones and learn for 3,000 "
                "generator steps: compare the rows with each other, not with the paper.",
            ),
        ),
        "classic-full": StudyPreset(
            "Eight classic models on MNIST, published protocol",
            "Per row 100 random draws, then 50 seeds of the best; 15,625 discriminator updates "
            "each, as Lucic 2018, arXiv:1711.10337. Days on one machine.",
            {
                "title": "Eight classic models on MNIST, protocol of arXiv:1711.10337",
                "data": {"source": "mnist"},
                "rows": _there(_FULL),
                "shared": {
                    "width": 64,
                    "latent_dim": 64,
                    "prior": "uniform",
                    "batch_size": 64,
                    "ema": 0.0,
                },
                "first": ("began", "wgan-gp", "wgan"),
                "seeds": 50,
                "budget": "discriminator",
                "plan": {"steps": 15_625, "sample_every": 5_000, "evaluate_every": 5_000},
                "search": {"draws": 100, "over": _meant(_RANGES, _there(_FULL))},
                "images": 10_000,
            },
            lacks=(
                "The weights of TF Inception: the distance is that of another extractor, and "
                "is not comparable with the published FID.",
                "The bodies of InfoGAN (6.6 million numbers each): DCGAN bodies of width 64 "
                "stand in for them, BEGAN and VAE have bodies of their own.",
                "Pictures in [0, 1] with a sigmoid: here they lie in [-1, 1] with a tanh.",
            ),
        ),
    }
)
