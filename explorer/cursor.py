"""The shared latent vector: every panel shows the same z, any panel may move it."""

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engines.arrays import LatentArray
from engines.latent.parts import choose, label, place_of, settled
from engines.latent.priors import home
from engines.snapshot import LatentSpace


class Cursor(QObject):
    """The current z of the current latent space; moving it is undoable.

    Signals:
        `moved()`: z changed. `reshaped()`: another latent space, z is at its home.
    """

    moved = Signal()
    reshaped = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._space: LatentSpace | None = None
        self._z = np.zeros(0, np.float32)
        self._gesture = 0

    @property
    def space(self) -> LatentSpace | None:
        """The latent space of the model looked at, None before there is one."""
        return self._space

    @property
    def z(self) -> np.ndarray:
        """A copy of the current vector, float32 of shape (d,)."""
        return self._z.copy()

    def latents(self) -> LatentArray:
        """The current vector as a batch of one."""
        return self._z[None].copy()

    def enter(self, space: LatentSpace) -> None:
        """Take on a model's latent space; z survives if the space is the same.

        Moves in another space mean nothing here: the history drops them when it meets them.
        """
        if space == self._space:
            return
        self._space = space
        self._z = home(space)
        self.reshaped.emit()
        self.moved.emit()

    def begin_gesture(self) -> None:
        """Start a new undo entry; moves until the next call are one entry."""
        self._gesture += 1

    def move(self, z: np.ndarray, what: str = "move in latent space") -> None:
        """Go to `z`; an entry in the undo history, merged with others of the same gesture.

        Where a part is a choice, the strongest one of `z` is made wholly.
        """
        z = np.asarray(z, np.float32)
        if z.shape != self._z.shape:
            raise ValueError(f"the cursor has {len(self._z)} numbers, not {z.size}")
        if self._space is not None:
            z = settled(self._space, z)
        if not np.array_equal(z, self._z):
            self._undo.push(_Move(self, z, what, self._gesture))

    def move_axis(self, axis: int, value: float) -> None:
        """Change one coordinate."""
        z = self.z
        z[axis] = value
        self.move(z, f"z{axis}" if self._space is None else label(self._space, axis))

    def choose(self, axis: int, choice: int) -> None:
        """Make another choice in the part that `axis` belongs to, as a gesture of its own."""
        if self._space is not None:
            self.begin_gesture()
            what = place_of(self._space, axis).part.name
            self.move(choose(self._space, self._z, axis, choice), what)

    def place(self, z: np.ndarray) -> None:
        """Set z without an undo entry; for the undo commands themselves."""
        self._z = z.copy()
        self.moved.emit()


class _Move(QUndoCommand):
    """One gesture: from where it began to where it ended."""

    def __init__(self, cursor: Cursor, after: np.ndarray, what: str, gesture: int) -> None:
        super().__init__(what)
        self._cursor = cursor
        self._space = cursor.space
        self._before = cursor.z
        self._after = after.copy()
        self._gesture = gesture

    def id(self) -> int:  # Qt's name
        """Let Qt try to merge moves."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join a later move of the same gesture on the same thing."""
        if not isinstance(other, _Move):
            return False
        if other._gesture != self._gesture or other.text() != self.text():
            return False
        if other._space != self._space:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        """Go to the end of the gesture."""
        self._go(self._after)

    def undo(self) -> None:
        """Go back to its beginning."""
        self._go(self._before)

    def _go(self, z: np.ndarray) -> None:
        if self._space == self._cursor.space:
            self._cursor.place(z)
        else:
            self.setObsolete(True)
