"""The hole that is to be filled in a picture: one entry of the history for every stroke."""

import numpy as np
from jaxtyping import Bool
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.widgets.mask_pad import MaskPad


class Hole(QObject):
    """Watches what is painted on a pad; a hole in a picture of another size means nothing."""

    def __init__(self, undo: QUndoStack, pad: MaskPad) -> None:
        super().__init__(pad)
        self._undo = undo
        self._pad = pad
        pad.changed.connect(self._on_painted)

    @property
    def known(self) -> Bool[np.ndarray, "..."]:
        """False where the hole is."""
        return self._pad.known

    def choose(self, known: Bool[np.ndarray, "..."], what: str) -> None:
        """Have another hole, as an entry of the history."""
        if known.shape == self._pad.known.shape and (known != self._pad.known).any():
            self._undo.push(_Change(self, self._pad.known, known, what))

    def lay(self, known: Bool[np.ndarray, "..."]) -> None:
        """Set the hole without an entry; for the undo command itself."""
        self._pad.set_known(known)

    @Slot()
    def _on_painted(self) -> None:
        before, after = self._pad.before, self._pad.known
        if before.shape == after.shape and (before != after).any():
            self._undo.push(_Change(self, before, after, "paint the hole"))


class _Change(QUndoCommand):
    """From one hole to another, in pictures of one size."""

    def __init__(self, hole: Hole, before: np.ndarray, after: np.ndarray, what: str) -> None:
        super().__init__(what)
        self._hole = hole
        self._before, self._after = before.copy(), after.copy()

    def redo(self) -> None:
        """Make it so."""
        self._go(self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._go(self._before)

    def _go(self, known: np.ndarray) -> None:
        if known.shape == self._hole.known.shape:
            self._hole.lay(known)
        else:
            self.setObsolete(True)
