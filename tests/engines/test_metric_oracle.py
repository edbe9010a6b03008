"""Our distances are those of another program, on features that both are given."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from engines.metrics.frechet import frechet
from engines.metrics.kernel import kernel_distance

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it lacks: networks are not what we ask of it
    fid = pytest.importorskip("torchmetrics.image.fid")
    kid = pytest.importorskip("torchmetrics.image.kid")

WIDTH, COUNT = 12, 300


class Flat(nn.Module):
    """Takes pictures for features: what is compared is what is done with them."""

    num_features = WIDTH

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1).to(torch.float64)


def two_sets() -> tuple[torch.Tensor, torch.Tensor]:
    draws = np.random.default_rng(0).integers(0, 200, (2, COUNT, 3, 2, 2), np.uint8)
    draws[1] += 20
    return torch.from_numpy(draws[0]), torch.from_numpy(draws[1])


def told(theirs: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> object:
    theirs.set_dtype(torch.float64)
    theirs.update(real, real=True)
    theirs.update(fake, real=False)
    return theirs.compute()


def tables(*sets: torch.Tensor) -> list[np.ndarray]:
    return [part.flatten(1).numpy().astype(np.float64) for part in sets]


@pytest.mark.filterwarnings("ignore")
def test_another_program_finds_the_same_frechet_distance():
    other = told(fid.FrechetInceptionDistance(feature=Flat()), *two_sets())

    assert frechet(*tables(*two_sets())).raw == pytest.approx(float(other), rel=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_another_program_finds_the_same_kernel_distance():
    theirs = kid.KernelInceptionDistance(feature=Flat(), subsets=1, subset_size=COUNT)
    mean, _ = told(theirs, *two_sets())

    ours = kernel_distance(*tables(*two_sets()), np.random.default_rng(0), blocks=1)

    assert ours.value == pytest.approx(float(mean), rel=1e-6)
