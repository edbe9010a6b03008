"""A second model to look at beside the one on the desk, read from a saved run."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from engines.arrays import LatentArray
from engines.snapshot import LatentSpace
from explorer.bridge.errands import Errands
from explorer.desk import Desk
from trainers.events import Snapped

RAW = "raw"


@dataclass(frozen=True, slots=True)
class Other:
    """A checkpoint of a run, and which others of it there are."""

    folder: Path
    event: Snapped
    steps: tuple[int, ...]
    """The checkpoints kept, oldest first."""


def open_other(folder: Path, step: int | None = None) -> Other:
    """Load a checkpoint of the run in `folder`, the newest unless `step` is given; any thread.

    Raises:
        ValueError: if the run or the checkpoint cannot be opened, in one sentence.
    """
    # Imported here, on a worker thread: these cost the import of torch.
    from trainers import checkpoints
    from trainers.run import open_snapshot

    steps = tuple(checkpoints.steps(folder / "checkpoints"))
    _, event, _ = open_snapshot(folder, step)
    return Other(folder, event, steps)


def shared(latents: LatentArray, space: LatentSpace) -> LatentArray:
    """Fit vectors of A to B's `space`: the same numbers as far as both go, then zeros."""
    count, dim = latents.shape
    if dim == space.dim:
        return latents
    fitted = np.zeros((count, space.dim), np.float32)
    both = min(dim, space.dim)
    fitted[:, :both] = latents[:, :both]
    return fitted


def shared_words(a: LatentSpace, b: LatentSpace) -> str:
    """Say what A and B do not share of their latent vectors; empty if they share all."""
    words = []
    if a.dim < b.dim:
        left = b.dim - a.dim
        words.append(f"both get the same first {a.dim} numbers of z, B's other {left} are 0")
    if a.dim > b.dim:
        words.append(
            f"both get the same first {b.dim} numbers of z, A has {a.dim - b.dim} more"
        )
    if a.prior != b.prior:
        words.append(f"z is drawn from A's prior ({a.prior}); B learned from {b.prior}")
    return "; ".join(words)


class Beside(QObject):
    """What stands beside the model looked at: B of the A|B view.

    Signals:
        `changed()`: B is another model, or none. `refused(str)`: why it could not be opened.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, errands: Errands, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = desk
        self._event: Snapped | None = None
        self._raw = False
        self._asked = 0
        self.name = ""
        """The run that B is from, in words."""
        self.folder: Path | None = None
        """The saved run that B is from, None if it is not from a file."""
        self.steps: tuple[int, ...] = ()
        self.weights = ""
        """Which variant of B draws; empty for what it shows by itself."""

    @property
    def step(self) -> int:
        """The step of B that was read; 0 if none was."""
        return self._event.step if self._event is not None else 0

    @property
    def variants(self) -> tuple[str, ...]:
        """Other weights that B could show."""
        return () if self._event is None else tuple(self._event.variants)

    def seen(self, a: Snapped | None) -> Snapped | None:
        """Return B as it is now beside `a`, None while there is none."""
        if self._raw:
            return None if a is None else a.choosing(RAW)
        return None if self._event is None else self._event.choosing(self.weights)

    def clear(self) -> None:
        """Have no B."""
        self._take(None, "")

    def freeze(self, a: Snapped | None) -> None:
        """Keep `a` as it is now, while A goes on."""
        self._take(a, self.name_a())

    def take_raw(self) -> None:
        """Follow A's raw weights, of the same step at every step."""
        self._take(None, self.name_a(), raw=True)

    def open(self, folder: Path, step: int | None = None) -> None:
        """Read a saved run; `changed` or `refused` follows."""
        self._asked += 1
        done = partial(self._on_opened, self._asked)
        self._errands.send(partial(open_other, folder, step), done, self.refused.emit)

    def name_a(self) -> str:
        """Name the run looked at."""
        return self._desk.run.name if self._desk.run is not None else "this run"

    def _on_opened(self, asked: int, other: Other) -> None:
        if asked == self._asked:
            self._take(other.event, other.folder.name, other)

    def _take(
        self, event: Snapped | None, name: str, other: Other | None = None, *, raw: bool = False
    ) -> None:
        self._asked += 1  # what is still being read comes too late
        self._event, self.name, self._raw = event, name, raw
        self.folder = other.folder if other is not None else None
        self.steps = other.steps if other is not None else ()
        if self.weights not in self.variants:
            self.weights = ""
        self._desk.look_at_variants("A|B", wanted=raw)
        self.changed.emit()
