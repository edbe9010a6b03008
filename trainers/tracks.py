"""Ways between pictures, frame by frame: what each looks like, and how evenly it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from jaxtyping import Float64

from engines.arrays import CodeArray, LatentArray, PixelArray
from engines.latent.paths import PATHS, closed, norms, walk
from engines.latent.priors import Levels
from engines.latent.routes import along, data_route
from engines.latent.spacing import evened, step_lengths, unevenness
from engines.snapshot import Snapshot

DATA = "data"
MOST_ENDS = 4
MOST_FRAMES = 600
_DATA_HELP = (
    "From neighbour to neighbour over the code table: the shortest way that stays where the "
    "data are."
)

WAYS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{name: (row.title, row.help) for name, row in PATHS.items()},
        DATA: ("data path", _DATA_HELP),
    }
)
"""Title and help of every way."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which track."""

    way: str
    frames: int
    even: bool = False
    """Frames at equal distances of their pictures instead of equal shares of the way."""
    loop: bool = False
    """Back to the first end at last."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One way, decoded and measured."""

    wanted: Wanted
    latents: LatentArray
    pixels: PixelArray
    norms: Float64[np.ndarray, "n"]
    """‖z‖ of each frame, choices not counted."""
    steps: Float64[np.ndarray, "m"]
    """RMS grey-level difference of neighbouring frames, of 255."""
    passed: tuple[int, ...] = ()
    """Rows of the code table that a data path goes over."""

    @property
    def length(self) -> float:
        """Sum of the steps, of 255."""
        return float(self.steps.sum())

    @property
    def unevenness(self) -> float:
        """Largest step over the smallest; infinite where a frame equals the one before."""
        return unevenness(self.steps)


def track(
    snapshot: Snapshot, ends: CodeArray, wanted: Wanted, codes: CodeArray | None = None
) -> Track:
    """Go from end to end.

    Raises:
        ValueError: if there are fewer than two ends or more than four, too many frames, or a
            data path is wanted where there are no codes.
    """
    if not 2 <= len(ends) <= MOST_ENDS:
        raise ValueError(f"a path has 2 to {MOST_ENDS} ends; there are {len(ends)}")
    if not len(ends) <= wanted.frames <= MOST_FRAMES:
        raise ValueError(f"a path has between {len(ends)} and {MOST_FRAMES} frames")
    if wanted.way not in WAYS:
        raise ValueError(f"there is no way {wanted.way!r:.40}; choose {', '.join(WAYS)}")
    stops = closed(ends) if wanted.loop else ends
    passed: tuple[int, ...] = ()
    if wanted.way == DATA:
        stops, passed = _over_data(snapshot, stops, codes)
    t: Levels = np.linspace(0, 1, wanted.frames)
    if wanted.even:
        t = evened(t, partial(_lengths, snapshot, stops, wanted))
    latents = _at(snapshot, stops, wanted, t)
    pixels = snapshot.decode(latents)
    found = norms(snapshot.latent, latents)
    return Track(wanted, latents, pixels, found, step_lengths(pixels), passed)


def _lengths(
    snapshot: Snapshot, stops: CodeArray, wanted: Wanted, t: Levels
) -> Float64[np.ndarray, "m"]:
    return step_lengths(snapshot.decode(_at(snapshot, stops, wanted, t)))


def _at(snapshot: Snapshot, stops: CodeArray, wanted: Wanted, t: Levels) -> LatentArray:
    if wanted.way == DATA:
        return along(snapshot.latent, stops, t)
    return walk(snapshot.latent, stops, t, wanted.way)


def _over_data(
    snapshot: Snapshot, ends: CodeArray, codes: CodeArray | None
) -> tuple[CodeArray, tuple[int, ...]]:
    if codes is None or len(codes) == 0:
        raise ValueError("a data path goes over codes of pictures, and there are none yet")
    stops = [ends[:1]]
    passed: list[int] = []
    for start, end in pairwise(ends):
        route = data_route(snapshot.latent, codes, start, end)
        stops.append(route.stops[1:])
        passed.extend(route.passed)
    return np.concatenate(stops), tuple(passed)
