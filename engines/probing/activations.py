"""Directions along which the answers of a layer vary most, brought back to latent vectors.

GANSpace (Härkönen 2020, arXiv:2004.02546): principal components of a layer's activations over
draws of the prior, then least squares from the components to z. In z itself an isotropic prior
has no principal components. Beyond some 20, components rarely mean anything.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32, Float64
from torch import nn

from engines.frozen import TorchSnapshot
from engines.latent.priors import sample
from engines.probing.crowd import Crowd, Scores
from engines.probing.findings import Directions
from engines.probing.layers import SHAPING, chain, first_affine
from engines.probing.spectrum import free_axes, pointing, sigmas
from engines.probing.subject import opened
from engines.slices import drained
from engines.snapshot import Snapshot

FAINT = 1e-12  # share of all variance below which a component is nothing but rounding


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Raises:
        ValueError: if there are too few draws to tell directions apart, or none are wanted.
    """

    count: int = 10
    """Components."""
    draws: int = 10_000
    layer: str | None = None
    """One of `layers`; None for the first layer of weights."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.count < 1 or self.draws < 2 * self.count:
            raise ValueError(
                f"ask for at least 1 component and twice as many draws, not {self.count} and "
                f"{self.draws}"
            )


def layers(snapshot: Snapshot) -> tuple[str, ...]:
    """Name the layers whose activations can be looked at, in the order z meets them.

    Raises:
        ValueError: if the model cannot be probed, or z enters it through several layers.
    """
    met = chain(opened(snapshot))
    return tuple(layer.name for layer in met if not isinstance(layer.module, SHAPING))


def principal(snapshot: Snapshot, wanted: Wanted | None = None) -> Directions:
    """Analyse to the end; see `analysing`."""
    return drained(analysing(snapshot, wanted))


def analysing(
    snapshot: Snapshot, wanted: Wanted | None = None
) -> Generator[float, None, Directions]:
    """Find the principal components of a layer's activations and what moves z along them.

    It tells the share done many times a second; whoever stops listening has cancelled it. The
    same weights and seed give the same directions. Any thread.

    Raises:
        ValueError: if the model cannot be probed, has no such layer, or has no coordinates.
    """
    asked = wanted or Wanted()
    model = opened(snapshot)
    free = free_axes(model.latent)
    if not free.any():
        raise ValueError("a latent space of nothing but choices has no directions to find")
    z = sample(model.latent, asked.draws, asked.seed)
    crowd = Crowd(_up_to(model, asked.layer), torch.from_numpy(z).to(model.device))
    count = min(asked.count, int(free.sum()), crowd.width)
    scores, total = yield from crowd.principal(count, asked.seed)
    variances = np.square(scores).mean(0)
    told = variances > FAINT * total
    if not told.any():
        raise ValueError("this layer answers alike to all latent vectors; choose another")
    ways = _regressed(scores[:, told], z[:, free])
    vectors = np.zeros((len(ways), model.latent.dim))
    vectors[:, free] = ways
    return Directions(
        method="activations",
        vectors=pointing(vectors).astype(np.float32),
        strengths=np.sqrt(variances[told]),
        meaning="standard deviation of the layer's answers along the component",
        shares=variances[told] / total,
        sigmas=sigmas(model.latent, vectors),
    )


def _regressed(scores: Scores, z: Float32[np.ndarray, "n f"]) -> Float64[np.ndarray, "k f"]:
    """Return the unit latent vectors that go best with each component, by least squares."""
    ways, *_ = np.linalg.lstsq(scores, z - z.mean(0, dtype=np.float64), rcond=None)
    unit: Float64[np.ndarray, "k f"] = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    return unit


def _up_to(model: TorchSnapshot, name: str | None) -> nn.Module:
    """Return the part of the network that ends with the layer `name`."""
    if name is None:
        return first_affine(model)[0]
    met = chain(model)
    names = [layer.name for layer in met]
    if name not in names:
        raise ValueError(f"this model has no layer {name!r:.40}; choose {', '.join(names)}")
    return nn.Sequential(*(layer.module for layer in met[: names.index(name) + 1]))
