"""How much the picture answers to each slider: bars for models that have no KL to show."""

from collections.abc import Generator

import numpy as np
import torch

from engines.arrays import LatentArray
from engines.frozen import TorchSnapshot, to_latents
from engines.latent.parts import movable, one_hot, place_of
from engines.latent.priors import sample
from engines.probing.findings import Sensitivity
from engines.probing.search import group_for
from engines.probing.spectrum import SIGMAS
from engines.probing.subject import opened
from engines.snapshot import LatentSpace, Snapshot
from engines.types import Images, Latents

DRAWS = 16


def sensing(
    snapshot: Snapshot, draws: int = DRAWS, seed: int = 0
) -> Generator[float, None, Sensitivity]:
    """Move each thing that can be moved by one σ of its prior, at draws of the prior.

    σ is centred on the draw, and within the range of an even prior. A choice is changed to the
    next one. It tells the share done after every axis; whoever stops listening has cancelled.
    Any thread.

    Raises:
        ValueError: if the model cannot be probed, or there are no draws.
    """
    model = opened(snapshot)
    if draws < 1:
        raise ValueError("a mean needs at least 1 draw")
    z = sample(model.latent, draws, seed)
    axes = movable(model.latent)
    change = np.zeros(len(axes))
    for index, axis in enumerate(axes):
        change[index] = _change(model, *_ends(model.latent, z, axis))
        yield (index + 1) / len(axes)
    return Sensitivity(axes, change, draws)


def _ends(space: LatentSpace, z: LatentArray, axis: int) -> tuple[LatentArray, LatentArray]:
    """Return `z` before and after a move along `axis`."""
    place = place_of(space, axis)
    low, high = z.copy(), z.copy()
    if place.part.is_categorical:
        following = (z[:, place.axes].argmax(1) + 1) % place.part.size
        high[:, place.axes] = one_hot(following, place)
        return low, high
    half = SIGMAS[place.part.kind] / 2
    room = 1 - half if place.part.kind == "uniform" else np.inf
    middle = np.clip(z[:, axis], -room, room)
    low[:, axis], high[:, axis] = middle - half, middle + half
    return low, high


@torch.inference_mode()
def _change(model: TorchSnapshot, low: LatentArray, high: LatentArray) -> float:
    """Return the mean |Δx| between pictures, as a share of the brightness range."""
    before, after = (to_latents(z, model.latent).to(model.device) for z in (low, high))
    group = group_for(model.shape)
    total = torch.zeros((), device=model.device)
    for one, other in zip(before.split(group), after.split(group), strict=True):
        apart = _shown(model, one) - _shown(model, other)
        total += apart.abs().flatten(1).mean(1).sum()
    return float(total / len(low) / 2)


def _shown(model: TorchSnapshot, z: Latents) -> Images:
    """Make pictures as they are seen: some networks go beyond black and white."""
    images: Images = model.network(z)
    return images.clamp(-1, 1)
