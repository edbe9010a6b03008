"""What was painted out of a picture, so that every stroke can be taken back."""

from typing import TypeAlias

import numpy as np
from jaxtyping import Bool
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.widgets.mask_pad import MaskPad

Known: TypeAlias = Bool[np.ndarray, "..."]  # (h, w): False where the hole is


class Holes(QObject):
    """Makes an undo entry of every stroke on a pad, and of every hole chosen."""

    def __init__(self, undo: QUndoStack, pad: MaskPad) -> None:
        super().__init__(pad)
        self._undo = undo
        self._pad = pad
        self._before: Known = pad.known
        pad.changed.connect(self._on_painted)

    def choose(self, known: Known, what: str) -> None:
        """Have another hole; `what` names it in the history."""
        self._before = self._pad.known
        self._pad.set_known(known)
        self._note(f"have the hole {what}")

    def lay(self, known: Known) -> None:
        """Set the hole without an undo entry; for the undo commands themselves.

        A picture of another size has come meanwhile: then it keeps its own.
        """
        self._pad.set_known(known)
        self._before = self._pad.known

    @Slot()
    def _on_painted(self) -> None:
        self._note("paint the hole")

    def _note(self, what: str) -> None:
        after, before = self._pad.known, self._before
        if before.shape != after.shape:  # of the picture before
            before = np.ones_like(after)
        self._before = after
        if not np.array_equal(before, after):
            self._undo.push(_Change(self, before, after, what))


class _Change(QUndoCommand):
    """One change of the hole."""

    def __init__(self, holes: Holes, before: Known, after: Known, what: str) -> None:
        super().__init__(what)
        self._holes = holes
        self._before, self._after = before, after

    def redo(self) -> None:
        """Make it so."""
        self._holes.lay(self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._holes.lay(self._before)
