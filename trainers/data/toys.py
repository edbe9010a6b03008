"""Points of one or two numbers, drawn from a density that is known exactly."""

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from engines.toys.mixtures import Mixture, mixture_of
from engines.types import Bytes, Images
from trainers.data.dataset import DataSet, Pictures, fingerprint
from trainers.data.names import divided
from trainers.data.request import Request

SEED = 20_170_522  # any; the same points in every run, whatever the run's own seed
TRAINED, HELD_OUT = 100_000, 10_000


class Points(Pictures):
    """Points in memory, served as pictures of one pixel whose channels are the coordinates."""

    def __init__(
        self, places: Float[Tensor, "n d"], labels: Int64[np.ndarray, "n"] | None = None
    ) -> None:
        self.places = places.contiguous()
        self.shape = (places.shape[1], 1, 1)
        self.labels = labels
        self.device = places.device

    def __len__(self) -> int:
        return len(self.places)

    def take(self, indices: Int64[Tensor, "n"]) -> Bytes:
        """Refuse: a point has no pixels.

        Raises:
            TypeError: always; ask for `images`.
        """
        raise TypeError("points have no pixels; ask for their images, the coordinates")

    def images(self, indices: Int64[Tensor, "n"], device: torch.device) -> Images:
        """Return the coordinates themselves, unscaled, as (n, d, 1, 1)."""
        chosen = self.places.index_select(0, indices.to(self.device))
        return chosen.to(device)[:, :, None, None]

    def to(self, device: torch.device) -> Pictures:
        """Move them to `device`; they are few."""
        return Points(self.places.to(device), self.labels)


def load_toy(request: Request) -> DataSet:
    """Draw the points of a toy, to learn from and to judge by; the same ones every time."""
    config = request.config
    request.watch.tell("Drawing points", 0, 1)
    target = mixture_of(config.source)
    points, components = target.draw(TRAINED + HELD_OUT, np.random.default_rng(SEED))
    labels = components if target.modes else None
    return DataSet(
        name=divided(config.source)[0],
        title=config.about.title,
        train=_part(points[:TRAINED], labels, slice(None, TRAINED)),
        held_out=_part(points[TRAINED:], labels, slice(TRAINED, None)),
        classes=_classes(target),
        fingerprint=fingerprint(config.source, points),
        target=target,
    )


def _part(points: np.ndarray, labels: Int64[np.ndarray, "n"] | None, part: slice) -> Points:
    return Points(torch.from_numpy(points), None if labels is None else labels[part])


def _classes(target: Mixture) -> tuple[str, ...]:
    """Name the modes by where they are."""
    if not target.modes:
        return ()
    return tuple(", ".join(f"{value:.3g}" for value in mean) for mean in target.means + 0.0)
