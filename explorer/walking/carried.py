"""What codes tell of their pictures, and how far all of them together are from the prior."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engines.latent.kl import Information, information

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

MOST = 2_048
"""Pictures of which it is estimated; of more, every so-manieth is taken."""
DRAWS = 512
_NEAR = 1.0  # nats below the most that so many pictures can show


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """The KL of a table of codes, split (Hoffman & Johnson 2016) into I(x; z) and the gap."""

    table: "CodeTable"
    split: Information
    count: int
    """Pictures it is estimated over."""

    @property
    def is_bound(self) -> bool:
        """True where more pictures would show more: no estimate exceeds ln `count`."""
        return self.split.mutual > math.log(self.count) - _NEAR

    @property
    def brief(self) -> str:
        """Both numbers, for a line."""
        least, most = ("≥", "≤") if self.is_bound else ("≈", "≈")
        gap = f"{self.split.gap:.2f}".replace(
            "-", "−"
        )  # of estimates, a little below 0 at times
        return f"I(x; z) {least} {self.split.mutual:.2f} · gap {most} {gap} nats"

    @property
    def says(self) -> str:
        """What they are, and how they were estimated."""
        split, least, most = self.split, "", ""
        if self.is_bound:
            least, most = "at least ", "at most "
        return (
            f"I(x; z), how much codes tell of their picture: {least}{split.mutual:.2f} ± "
            f"{split.error:.2f} nats, of {DRAWS:,} draws over {self.count:,} pictures, which "
            f"cannot show more than ln {self.count:,} = {math.log(self.count):.2f}.\n"
            "Gap KL(q(z) ‖ p(z)), how far all codes together are from the prior: "
            f"{most}{split.gap:.2f} nats; it is the mean KL of the same pictures, "
            f"{split.rate:.2f} nats, less I(x; z)."
        )


def carried(table: "CodeTable | None") -> Carried | None:
    """Split the KL of a table; None where codes are points, or too few to tell. Any thread.

    Some 50 ms for 10 axes and 100 ms for 128, so it is not for while a run trains.
    """
    if table is None or len(table) < 2 or not table.deviation.all():
        return None
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), MOST)).astype(np.int64))
    split = information(table.mean[rows], table.deviation[rows], seed=0, draws=DRAWS)
    return Carried(table, split, len(rows))
