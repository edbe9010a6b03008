"""Move the cursor in latent space; undo and redo."""

import numpy as np
from PySide6.QtCore import QObject

from engines.latent.priors import sample
from explorer.session import Session


class ExploreCommands(QObject):
    """Jumps in latent space, from a generator that training never sees."""

    def __init__(self, window: QObject, session: Session) -> None:
        super().__init__(window)
        self._cursor = session.cursor
        self._rng = np.random.default_rng()

    def draw(self) -> None:
        """Go to a random latent vector."""
        space = self._cursor.space
        if space is not None:
            seed = int(self._rng.integers(2**31))
            self._jump(sample(space, 1, seed)[0], "random latent")

    def center(self) -> None:
        """Go to the origin."""
        self._jump(np.zeros_like(self._cursor.z), "mean latent")

    def _jump(self, z: np.ndarray, what: str) -> None:
        self._cursor.begin_gesture()
        self._cursor.move(z, what)


class EditCommands(QObject):
    """Takes back and does again."""

    def __init__(self, window: QObject, session: Session) -> None:
        super().__init__(window)
        self._undo = session.undo

    def undo(self) -> None:
        """Take back the last thing done."""
        self._undo.undo()

    def redo(self) -> None:
        """Do it again."""
        self._undo.redo()
