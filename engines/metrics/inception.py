"""The network of the published FID: Inception of 2015-12-05, with 1008 classes.

As its graph was released and not as it was described: average pools leave the padding out of
the count, and the last block has a largest where the others have an average.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from engines.metrics.inception_blocks import (
    Layer,
    Unit,
    average,
    coarse,
    fine,
    largest,
    medium,
    to_coarse,
    to_medium,
)
from engines.metrics.weights import Pinned, Readable, published_state
from engines.types import Images, State

SIDE = 299  # pixels
WIDTH = 2048
WEIGHTS = Pinned(
    name="pt_inception-2015-12-05-6726825d.pth",
    size=95_628_359,
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
)

_CLASSES = 1008
_SQUARE = (3, 3)


class Inception(nn.Module):
    """Reads 299 × 299 pixels as (x − 128)/128; the features are those before the classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(3, Layer("", 32, _SQUARE, 2), (0, 0))
        self.Conv2d_2a_3x3 = Unit(32, Layer("", 32, _SQUARE), (0, 0))
        self.Conv2d_2b_3x3 = Unit(32, Layer("", 64, _SQUARE), (1, 1))
        self.Conv2d_3b_1x1 = Unit(64, Layer("", 80), (0, 0))
        self.Conv2d_4a_3x3 = Unit(80, Layer("", 192, _SQUARE), (0, 0))
        self.Mixed_5b = fine(192, pooled=32)
        self.Mixed_5c = fine(256, pooled=64)
        self.Mixed_5d = fine(288, pooled=64)
        self.Mixed_6a = to_medium(288)
        self.Mixed_6b = medium(768, inner=128)
        self.Mixed_6c = medium(768, inner=160)
        self.Mixed_6d = medium(768, inner=160)
        self.Mixed_6e = medium(768, inner=192)
        self.Mixed_7a = to_coarse(768)
        self.Mixed_7b = coarse(1280, average)
        self.Mixed_7c = coarse(2048, largest)
        self.fc = nn.Linear(WIDTH, _CLASSES)

    def forward(self, images: Images) -> Float[Tensor, "n d"]:
        """Return 2048 features of each picture: the means of the last maps."""
        maps = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(images)))
        maps = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(max_pool2d(maps, 3, stride=2)))
        maps = max_pool2d(maps, 3, stride=2)
        for name, block in self.named_children():
            if name.startswith("Mixed"):
                maps = block(maps)
        return maps.mean(dim=(2, 3))

    def logits(self, features: Float[Tensor, "n d"]) -> Float[Tensor, "n k"]:
        """Return the 1008 logits without their bias, which is how Inception Score has them."""
        return features @ self.fc.weight.T


def load_inception(file: Readable | None) -> Inception:
    """Make the network from the published file of its weights.

    Raises:
        ValueError: if there is no file, or it is not the published one.
    """
    if file is None:
        raise ValueError(
            f"the Inception network needs the weights {WEIGHTS.name}, which are not part of "
            "this program; fetch them once, or choose an extractor that needs none"
        )
    return from_state(published_state(WEIGHTS, file))


def from_state(state: State) -> Inception:
    """Make the network with these weights, without drawing any.

    Raises:
        ValueError: if entries are missing, unexpected or of another shape.
    """
    with torch.device("meta"):
        net = Inception()
    try:
        net.load_state_dict(dict(state), assign=True)
    except RuntimeError as error:
        complaint = " ".join(str(error).split())[:200]
        raise ValueError(
            f"the weights do not fit the network of the published FID: {complaint}"
        ) from error
    return net
