"""Several ways between the same ends, decoded on an errand's thread, and in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engines.arrays import CodeArray
from trainers.events import Snapped

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.tracks import Track


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
