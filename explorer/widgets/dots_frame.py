"""Which part of a plane a view shows, at one scale for both axes; y runs upwards. No Qt."""

from dataclasses import dataclass, replace

import numpy as np

MARGIN = 0.05  # of the larger extent, around what is fitted
FARTHEST = 1e6  # times in and out
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class DotsFrame:
    """The plane's point in the middle of the view, and pixels per unit."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 50.0

    def pixels(self, points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """Return where points (n, 2) lie in a view of that size: (x, y) from its top left."""
        wide, tall = size
        across = wide / 2 + (points[:, 0] - self.x) * self.scale
        down = tall / 2 - (points[:, 1] - self.y) * self.scale
        return np.stack([across, down], 1)

    def at(self, x: float, y: float, size: tuple[int, int]) -> tuple[float, float]:
        """Return the plane's point under a pixel."""
        wide, tall = size
        return self.x + (x - wide / 2) / self.scale, self.y - (y - tall / 2) / self.scale

    def moved(self, across: float, down: float) -> "DotsFrame":
        """Follow a drag of so many pixels."""
        return replace(self, x=self.x - across / self.scale, y=self.y + down / self.scale)

    def zoomed(self, factor: float, x: float, y: float, size: tuple[int, int]) -> "DotsFrame":
        """Come nearer or go away; the point under a pixel stays there."""
        px, py = self.at(x, y, size)
        scale = min(max(self.scale * factor, 1 / FARTHEST), FARTHEST)
        kept = self.scale / scale
        return DotsFrame(px + (self.x - px) * kept, py + (self.y - py) * kept, scale)


def fitted(points: np.ndarray, size: tuple[int, int]) -> DotsFrame:
    """Show all finite points, as large as possible."""
    finite = points[np.isfinite(points).all(1)]
    if len(finite) == 0:
        return DotsFrame()
    low, high = finite.min(0).astype(float), finite.max(0).astype(float)
    extent = np.maximum(high - low, _LEAST) * (1 + 2 * MARGIN)
    scale = float(min(size[0] / extent[0], size[1] / extent[1]))
    middle = (low + high) / 2
    return DotsFrame(
        float(middle[0]), float(middle[1]), min(max(scale, 1 / FARTHEST), FARTHEST)
    )
