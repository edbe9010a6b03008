"""Several ways between the same ends, decoded on an errand's thread, and in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engines.arrays import CodeArray
from engines.latent.paths import PATHS, Origin, default_path
from engines.snapshot import EncodingSnapshot, Snapshot
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.tracks import Track

DATA = "data"
WAYS = {
    **{name: (f"{name}\n{row.title.lower()}", row.help) for name, row in PATHS.items()},
    DATA: (
        "data path",
        "From neighbour to neighbour over the codes of the data: it stays where they are.",
    ),
}
"""What each way is called, and what it is."""


@dataclass(frozen=True, slots=True, eq=False)
class WaysAsked:
    """Which ways, between which ends, of which model."""

    number: int
    event: Snapped
    ends: CodeArray
    names: tuple[str, ...]
    frames: int
    even: bool
    loop: bool
    codes: CodeArray | None
    """Of the data, for the way over them."""

    def decoded(self) -> "WaysTold":
        """Decode and measure every way, or say why there is none; any thread."""
        from trainers.tracks import Wanted, track

        found: dict[str, Track | str] = {}
        frames = max(self.frames, len(self.ends) + self.loop)
        for name in self.names:
            wanted = Wanted(name, frames, self.even, self.loop)
            try:
                found[name] = track(self.event.snapshot, self.ends, wanted, self.codes)
            except ValueError as error:
                found[name] = f"{error}"
        return WaysTold(self, found)

    def between(self, frames: int) -> str:
        """Say between how many ends and how, of ways of so many frames."""
        even = ", even steps" if self.even else ""
        loop = ", loop" if self.loop else ""
        return f"between {len(self.ends)} ends, {frames} frames{even}{loop}"


@dataclass(frozen=True, slots=True, eq=False)
class WaysTold:
    """The ways that were asked for, or why one is none."""

    asked: WaysAsked
    tracks: "dict[str, Track | str]"


def usual_way(snapshot: Snapshot) -> tuple[str, str]:
    """Name the way that stays where this model has learned, and say why in a sentence."""
    origin: Origin = "encoded" if isinstance(snapshot, EncodingSnapshot) else "drawn"
    return default_path(snapshot.latent, origin), _WHY[origin]


def in_words(found: "Track") -> str:
    """Say how long a way is and how even: norms of z, steps between neighbouring pictures."""
    low, high = float(found.norms.min()), float(found.norms.max())
    ratio = found.unevenness
    even = f"{ratio:.2f}" if np.isfinite(ratio) else "∞"
    return (
        f"‖z‖ {low:.2f}–{high:.2f} · steps RMS {found.steps.min():.3g}–"
        f"{found.steps.max():.3g} of 255 · max/min {even} · total {found.length:,.0f}"
    )


_WHY = {
    "drawn": "Usual where the ends are draws of such a prior.",
    "encoded": "Usual where the ends are codes of pictures, which lie on no shell.",
}
