"""A judge in two pieces, so that more than its logit can be read from what it sees.

Any sequential body that ends in `a layer with one output, Flatten(0)` can be split: the
convolutional one and the fully connected one alike.
"""

from jaxtyping import Float
from torch import Tensor, nn

from engines.types import Images, Labels, Logits

Features = Float[Tensor, "n f"]


class Headed(nn.Module):
    """A trunk that turns pictures into features, and a last layer that judges them.

    With `classes`, the judge is told the class of each picture by projection: the logit is
    ψ(φ(x)) + v_yᵀφ(x), where φ is the trunk, ψ the last layer, and v_y a vector per class
    (Miyato & Koyama 2018, arXiv:1802.05637, eq. 3).
    """

    def __init__(self, body: nn.Sequential, classes: int = 0) -> None:
        super().__init__()
        self.trunk, self.head = body[:-2], body[-2:]
        last = body[-2]
        assert isinstance(last, nn.Conv2d | nn.Linear)
        self.features: int = last.weight[0].numel()
        """How many numbers the trunk makes of a picture."""
        self.classes = nn.Linear(self.features, classes, bias=False) if classes else None

    def forward(self, images: Images, labels: Labels | None = None) -> Logits:
        """Judge pictures, of the classes told."""
        return self.read(images, labels)[0]

    def read(self, images: Images, labels: Labels | None = None) -> tuple[Logits, Features]:
        """Judge pictures, and return the features that they were judged by."""
        seen = self.trunk(images)
        flat: Features = seen.flatten(1)
        logits: Logits = self.head(seen)
        if self.classes is not None and labels is not None:
            logits = logits + self.classes(flat).gather(1, labels[:, None]).squeeze(1)
        return logits, flat
