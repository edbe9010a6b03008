"""What a layer answers to many latent vectors, of which only a few answers are held at once."""

from collections.abc import Callable, Generator
from functools import partial
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor, nn

from engines.engine import stream
from engines.types import Latents

CHUNK = 256  # vectors whose answers are held at once
NARROW = 1024  # answers up to which their whole covariance is taken
EXTRA = 10  # columns beyond those asked for, with which a range is sought
ROUNDS = 3  # of that search

Table: TypeAlias = Float[Tensor, "n w"]
Basis: TypeAlias = Float[Tensor, "w l"]
Scores: TypeAlias = Float64[np.ndarray, "n k"]
Shares: TypeAlias = Generator[float, None, None]


class Crowd:
    """Answers of `network` to the rows of `z`, made anew on every pass over them.

    Passes tell the share done, of all that an analysis makes, after each chunk.
    """

    def __init__(self, network: nn.Module, z: Latents) -> None:
        self._network = network
        self._parts = z.split(CHUNK)
        self._count = len(z)
        self._mean = torch.zeros((), device=z.device)
        self.width = self._answers(z[:1]).shape[1]
        """Numbers in an answer."""
        self._is_narrow = self.width <= NARROW
        self._work = len(self._parts) * (3 if self._is_narrow else 2 + ROUNDS)
        self._done = 0

    def principal(self, count: int, seed: int) -> Generator[float, None, tuple[Scores, float]]:
        """Return the coordinates of all answers along their principal components.

        Components of a wide table come from a randomised range with power iterations (Halko
        2011, arXiv:0909.4061, algorithm 4.4); `seed` is that of its start.

        Returns:
            The coordinates, of falling variance, and the total variance of the answers.
        """
        mean = yield from self._gathered(lambda table: table.sum(0, keepdim=True))
        self._mean = (mean.sum(0) / self._count).to(self._mean)
        if self._is_narrow:
            basis = yield from self._exact(count)
        else:
            basis = yield from self._sought(count, seed)
        rows = yield from self._gathered(
            lambda table: torch.cat([table @ basis, table.square().sum(1, keepdim=True)], 1)
        )
        along, squares = rows[:, :-1].numpy(), rows[:, -1]
        _, _, turn = np.linalg.svd(along, full_matrices=False)
        return along @ turn[:count].T, float(squares.sum() / self._count)

    def _exact(self, count: int) -> Generator[float, None, Basis]:
        """Return the leading eigenvectors of the covariance."""
        square = yield from self._summed(lambda table: table.T @ table)
        return torch.linalg.eigh(square)[1][:, -count:].to(self._mean)

    def _sought(self, count: int, seed: int) -> Generator[float, None, Basis]:
        """Return an orthonormal basis that holds the leading eigenvectors."""
        columns = min(count + EXTRA, self._count)
        start = torch.randn(self.width, columns, generator=stream(seed, "range"))
        basis = start.to(self._mean)
        for _ in range(ROUNDS):
            wide = yield from self._summed(partial(_powered, basis))
            basis = torch.linalg.qr(wide)[0].to(self._mean)
        return basis

    def _summed(self, part: Callable[[Table], Tensor]) -> Generator[float, None, Tensor]:
        """Add up what `part` makes of each chunk."""
        total = torch.zeros((), dtype=torch.float64)
        for z in self._parts:
            total = total + part(self._answers(z)).cpu().double()
            yield self._share()
        return total

    def _gathered(self, part: Callable[[Table], Tensor]) -> Generator[float, None, Tensor]:
        """Put what `part` makes of each chunk one below the other."""
        made = []
        for z in self._parts:
            made.append(part(self._answers(z)).cpu().double())
            yield self._share()
        return torch.cat(made)

    @torch.inference_mode()
    def _answers(self, z: Latents) -> Table:
        """Return the answers less their mean."""
        answers: Table = self._network(z).flatten(1) - self._mean
        return answers

    def _share(self) -> float:
        self._done += 1
        return self._done / self._work


def _powered(basis: Basis, table: Table) -> Basis:
    """Multiply by the covariance, which is never written down."""
    return table.T @ (table @ basis)
