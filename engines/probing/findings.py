"""What probing finds, in numpy: the window reads these without torch.

Axes: t pictures worked on now, r restarts, i iterations with the start, k directions, m things
to move; n, h, w, c and d as in `engines.arrays`. Errors and changes of pictures are in units of
the full brightness range, so that 1 is black against white.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64

from engines.arrays import LatentArray, PictureArray, PixelArray

Known = Bool[np.ndarray, "h w"]
"""Which pixels of a picture are given; the others are holes."""


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a search for latent vectors is, and the best that it has found so far."""

    share: float
    """Of all the work, from 0 to 1."""
    iteration: int
    iterations: int
    first: int
    """Which of the pictures asked for is the first of those worked on now."""
    fits: Float32[np.ndarray, "t r"]
    """How badly each restart fits its picture now; lower is better."""
    z: Float32[np.ndarray, "t d"]
    """The best so far, over all restarts and iterations."""
    pictures: PixelArray
    """What `z` decodes to."""


@dataclass(frozen=True, slots=True, eq=False)
class Inversion:
    """The latent vectors whose pictures come closest to given ones."""

    z: Float32[np.ndarray, "n r d"]
    """The best of each restart, all things considered: its fit and the prior."""
    fits: Float32[np.ndarray, "n r"]
    """Mean squared error of each restart's best, over pixels and channels."""
    curves: Float32[np.ndarray, "n r i"]
    """Mean squared error at each iteration; the first is the start."""
    best: Int64[np.ndarray, "n"]
    """Which restart came closest."""
    pictures: PixelArray
    """What it decodes to."""

    @property
    def chosen(self) -> LatentArray:
        """The closest latent vector of each picture."""
        return self.z[np.arange(len(self.best)), self.best]

    @property
    def mse(self) -> Float32[np.ndarray, "n"]:
        """Mean squared error of the closest, over pixels and channels."""
        return self.fits[np.arange(len(self.best)), self.best]

    @property
    def psnr(self) -> Float64[np.ndarray, "n"]:
        """Peak signal-to-noise ratio of the closest, in dB; infinite where it is exact."""
        return decibels(self.mse.astype(np.float64))

    @property
    def ivom(self) -> float:
        """Inference via optimisation: the mean of `mse` (Srivastava 2017, arXiv:1705.07761)."""
        return float(self.mse.mean(dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class Inpainting:
    """A picture completed by the model: its hole as the closest latent vector fills it."""

    z: Float32[np.ndarray, "r d"]
    """The best of each restart, all things considered: its fit and the prior."""
    contextual: Float32[np.ndarray, "r"]
    """Weighted absolute difference of each restart's best from what is known, summed."""
    contextual_curves: Float32[np.ndarray, "r i"]
    prior_curves: Float32[np.ndarray, "r i"]
    """What the prior term costs, with its weight."""
    prior: str
    """What the prior term is, in words."""
    best: int
    """The restart of the smallest contextual loss."""
    made: PictureArray
    """The whole picture that it decodes to."""
    pasted: PictureArray
    """The known pixels, and `made` in the hole as it is."""
    blended: PictureArray
    """The known pixels, and `made` in the hole with its edges fitted to them."""

    @property
    def chosen(self) -> Float32[np.ndarray, "d"]:
        """The latent vector of `made`."""
        return self.z[self.best]


@dataclass(frozen=True, slots=True, eq=False)
class Directions:
    """Latent directions that a method has found, the strongest first."""

    method: str
    vectors: Float32[np.ndarray, "k d"]
    """Rows of length 1; 0 on the axes of categorical parts. The largest number is positive."""
    strengths: Float64[np.ndarray, "k"]
    """How much each does, in the method's own unit; falling."""
    meaning: str
    """What a strength is, with its unit."""
    shares: Float64[np.ndarray, "k"]
    """Squared strength over that of all there are, found or left out: 1 in total."""
    sigmas: Float64[np.ndarray, "k"]
    """Standard deviation of the prior's draws along each: a step of one σ is σ · vector."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """How much the picture answers to each thing that can be moved by itself."""

    axes: tuple[int, ...]
    """As `engines.latent.parts.movable` lists them."""
    change: Float64[np.ndarray, "m"]
    """Mean |Δx| over pixels, channels and draws per σ of a coordinate, or per other choice."""
    draws: int
    """Latent vectors that it is a mean over."""


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """What is lost on the way z → picture → code → picture."""

    latent: Float32[np.ndarray, "n"]
    """Root mean square of z − code over the coordinates."""
    picture: Float32[np.ndarray, "n"]
    """Root mean square of the difference between both pictures."""


def decibels(mse: Float64[np.ndarray, "n"]) -> Float64[np.ndarray, "n"]:
    """Return the peak signal-to-noise ratio for mean squared errors of a range of 1, in dB."""
    with np.errstate(divide="ignore"):
        return -10 * np.log10(mse)
