"""How varied the pictures of a generator are, judged against real ones nobody learned from."""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from engines.arrays import PixelArray
from engines.engine import stream
from engines.latent.priors import sample
from engines.snapshot import Channel, Snapshot
from trainers.config import RunConfig
from trainers.data.dataset import DataSet

COUNT = 128
NEAR = 0.5  # of the smallest distance that real pictures usually keep
USUAL = 0.05  # the share of real pictures that have a neighbour nearer than is usual
SIDE = 16  # pixels: detail below it is no variety that collapse would take

CHANNELS = (
    Channel(
        "duplicates",
        "duplicates",
        "variety",
        "share",
        f"Share of {COUNT} generated images that have another among them nearer than half the "
        "distance that 95 % of as many real held-out images keep from their nearest; usually "
        "0.",
    ),
    Channel(
        "spread",
        "spread",
        "variety",
        "× real",
        f"Mean distance between two of {COUNT} generated images over that between two real "
        "held-out ones. 1 is as varied as the data.",
    ),
)


class Variety:
    """Measures duplicates and spread of `COUNT` samples; distances are between pixels."""

    def __init__(self, data: DataSet, seed: int) -> None:
        count = min(COUNT, len(data.held_out))
        order = torch.randperm(len(data.held_out), generator=stream(seed, "variety"))[:count]
        real = data.held_out.take(order.sort().values).cpu()
        distances = _distances(_reduced(real.permute(0, 2, 3, 1).numpy()))
        nearest = distances.min(1).values
        self._near = NEAR * float(nearest.quantile(USUAL)) if count > 1 else 0.0
        self._real_spread = _mean_distance(distances)
        self._seed = seed % 2**32

    def appraise(self, snapshot: Snapshot) -> Mapping[str, float]:
        """Return the share of duplicates and the spread over that of real pictures."""
        pictures = snapshot.decode(sample(snapshot.latent, COUNT, self._seed))
        distances = _distances(_reduced(pictures))
        # equal pictures are duplicates even of data that repeats itself
        duplicates = (distances.min(1).values <= self._near).float().mean()
        spread = _mean_distance(distances) / self._real_spread if self._real_spread else 1.0
        return {"duplicates": float(duplicates), "spread": spread}


def concerns(config: RunConfig) -> bool:
    """True for generators of pictures that learn from a judge: they may answer with few.

    Of points, whose modes are known, those are counted instead.
    """
    return config.model.family in ("gan", "began") and not config.data.about.points


def build(config: RunConfig, data: DataSet) -> Variety:
    """Make the appraiser of a run."""
    return Variety(data, config.plan.seed)


def _reduced(pictures: PixelArray) -> Float32[Tensor, "n k"]:
    """Flatten pictures of at most `SIDE` pixels a side, values in [0, 1]."""
    pixels = torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float()
    height, width = pixels.shape[2:]
    small = adaptive_avg_pool2d(pixels, (min(height, SIDE), min(width, SIDE)))
    return small.flatten(1) / 255


def _distances(points: Float32[Tensor, "n k"]) -> Float32[Tensor, "n n"]:
    """Euclidean distances; a point is infinitely far from itself."""
    exact = "donot_use_mm_for_euclid_dist"  # the fast way sees distance between equal points
    return torch.cdist(points, points, compute_mode=exact).fill_diagonal_(torch.inf)


def _mean_distance(distances: Float32[Tensor, "n n"]) -> float:
    return float(distances[distances.isfinite()].mean()) if len(distances) > 1 else 0.0
