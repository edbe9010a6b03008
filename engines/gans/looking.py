"""A frozen game on points: where the generator puts them, and what the judge thinks."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor, nn

from engines.arrays import LatentArray, PixelArray, PlaceArray, PointArray
from engines.frozen import JudgingTorchSnapshot, TorchSnapshot, to_latents
from engines.gans.objectives import OBJECTIVES
from engines.snapshot import LatentSpace, Look
from engines.toys.dots import SHAPE, dots
from engines.toys.mixtures import Frame
from engines.types import Images, Latents, Logits, Shape

CHUNK = 512  # points judged at once: bounds the memory of a judge that compares them

PLAIN = (-1.5, 1.5)  # an axis where nobody has said what the data's frame is


def plain_frame(shape: Shape) -> Frame:
    """Return a frame for points of `shape` whose data nobody has described."""
    return (PLAIN,) * shape[0]


def pictured(
    players: tuple[nn.Module, nn.Module | None],
    latent: LatentSpace,
    shape: Shape,
    words: str,
    objective: str,
) -> TorchSnapshot:
    """Copy what makes pictures, with its judge; None where a picture alone is not judged."""
    generator, judge = players
    if judge is None:
        return TorchSnapshot(generator, latent, shape, words)
    made = JudgingTorchSnapshot(generator, latent, shape, words, judge)
    made.log_odds = OBJECTIVES[objective].log_odds
    return made


@dataclass(frozen=True, slots=True)
class Game:
    """What two networks play: the names of its rows, and the frame of a plot of it."""

    objective: str
    penalty: str
    frame: Frame


class TorchPointSnapshot:
    """Frozen copies of both players. Batch norm, if any, uses its running statistics.

    The pull is that of the objective itself, without the judge's answers that unrolling looks
    ahead to. An objective that compares looks at `real`, the last real points learned from;
    where there are none yet, each generated point is compared with itself. A judge that is told
    classes is asked about none.
    """

    def __init__(
        self,
        players: tuple[nn.Module, nn.Module],
        latent: LatentSpace,
        weights: str,
        game: Game,
        real: Images | None,
    ) -> None:
        self.latent = latent
        self.shape = SHAPE
        self.weights = weights
        self.objective = game.objective
        self.penalty = game.penalty
        self.frame = game.frame
        self._generator, self._judge = map(_frozen, players)
        self._real = None if real is None else real.detach().clone()
        self._device = next(self._generator.parameters()).device

    def points(self, z: LatentArray) -> PointArray:
        """Return where the generator puts each latent vector, in the data's own units.

        Raises:
            ValueError: if the vectors have another length than this model's.
        """
        with torch.inference_mode():
            return _array(self._generator(self._latents(z)).flatten(1))

    def decode(self, z: LatentArray) -> PixelArray:
        """Draw each point as a dot in a small grey picture of the frame.

        Raises:
            ValueError: if the vectors have another length than this model's.
        """
        return dots(self.points(z), self.frame)

    def look(self, z: LatentArray, places: PlaceArray) -> Look:
        """Ask both players; any thread.

        Raises:
            ValueError: if vectors or places have another length than this model's.
        """
        with torch.no_grad():
            made: Images = self._generator(self._latents(z))
            scores = [
                self._judge(part) for part in self._asked(places, made.shape[1]).split(CHUNK)
            ]
        pulls = [self._pull(part) for part in made.split(CHUNK)]
        return Look(
            points=_array(made.flatten(1)),
            pull=_array(torch.cat(pulls).flatten(1)),
            scores=_array(torch.cat(scores)),
        )

    def _pull(self, made: Images) -> Images:
        """Return −∂L_G/∂x times the number of points, so that each has its own loss's slope."""
        x = made.detach().requires_grad_()
        with torch.enable_grad():
            fake = self._judge(x)
            loss = OBJECTIVES[self.objective].generator(self._compared(fake), fake)
            (slope,) = torch.autograd.grad(loss, x)
        return -len(x) * slope

    @torch.no_grad()
    def _compared(self, fake: Logits) -> Logits:
        """Return as many real logits as there are fake ones."""
        if self._real is None or not len(self._real):
            return fake.detach()
        times = -(-len(fake) // len(self._real))
        logits: Logits = self._judge(self._real)
        return logits.repeat(times)[: len(fake)]

    def _latents(self, z: LatentArray) -> Latents:
        return to_latents(z, self.latent).to(self._device)

    def _asked(self, places: PlaceArray, length: int) -> Float[Tensor, "m k 1 1"]:
        if places.shape[1] != length:
            raise ValueError(
                f"this model's points have {length} numbers, not {places.shape[1]}"
            )
        return torch.from_numpy(places.copy()).to(self._device)[:, :, None, None]


def _frozen(network: nn.Module) -> nn.Module:
    return copy.deepcopy(network).eval().requires_grad_(requires_grad=False)


def _array(values: Float[Tensor, "*axes"]) -> Float32[np.ndarray, "*axes"]:
    array: Float32[np.ndarray, "*axes"] = values.cpu().numpy()
    return array
