"""Places in latent space that a person wants to walk between; every change can be undone."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engines.arrays import LatentArray
from explorer.widgets.parcel import Parcel

MOST = 64


class Keyframes(QObject):
    """Parcels with a latent vector each, in the order of the walk.

    Signals:
        `changed()`. `refused(str)`: one sentence.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, undo: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._undo = undo
        self._frames: tuple[Parcel, ...] = ()

    @property
    def frames(self) -> tuple[Parcel, ...]:
        """All of them, the first first."""
        return self._frames

    def fitting(self, dim: int) -> LatentArray:
        """Stack those that have `dim` coordinates; a model of another size keeps none."""
        rows = [
            frame.z for frame in self._frames if frame.z is not None and frame.z.size == dim
        ]
        return np.stack(rows) if rows else np.empty((0, dim), np.float32)

    def add(self, parcel: Parcel) -> None:
        """Walk there last."""
        if len(self._frames) >= MOST:
            self.refused.emit(f"A path has at most {MOST} keyframes; delete one first.")
        elif parcel.z is None:
            self.refused.emit("A keyframe needs a latent vector; this picture has none.")
        else:
            self._change((*self._frames, parcel), f"keyframe {len(self._frames) + 1}")

    def remove(self, index: int) -> None:
        """Walk there no more."""
        left = (*self._frames[:index], *self._frames[index + 1 :])
        self._change(left, f"delete keyframe {index + 1}")

    def move(self, index: int, by: int) -> None:
        """Walk there earlier (−1) or later (1)."""
        place = index + by
        if 0 <= place < len(self._frames):
            order = list(self._frames)
            order.insert(place, order.pop(index))
            self._change(tuple(order), f"move keyframe {index + 1}")

    def lay(self, frames: Sequence[Parcel]) -> None:
        """Set them without an undo entry; for the undo commands themselves."""
        self._frames = tuple(frames)
        self.changed.emit()

    def _change(self, after: tuple[Parcel, ...], what: str) -> None:
        self._undo.push(_Change(self, after, what))


class _Change(QUndoCommand):
    """One change of the list."""

    def __init__(self, keyframes: Keyframes, after: tuple[Parcel, ...], what: str) -> None:
        super().__init__(what)
        self._keyframes = keyframes
        self._before, self._after = keyframes.frames, after

    def redo(self) -> None:
        """Make it so."""
        self._keyframes.lay(self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._keyframes.lay(self._before)
