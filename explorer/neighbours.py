"""Which pictures of the code table lie nearest to a latent vector, and how far away."""

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QObject, Slot

from engines.arrays import VectorArray
from engines.latent.support import neighbours
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.image_grid import ImageGrid

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

MOST = 5

Asked: TypeAlias = "tuple[VectorArray, CodeTable]"
Found: TypeAlias = tuple[np.ndarray, np.ndarray]


class Neighbours(QObject):
    """Keeps a row of pictures showing the neighbours of one vector.

    Codes are compared on an errand's thread, one vector at a time: while that goes on, the
    newest waits, and the picture row moves on with every answer.
    """

    def __init__(
        self, session: Session, grid: ImageGrid, words: Caption, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._grid, self._words = session, grid, words
        self._z: VectorArray | None = None
        self._asked: Asked | None = None
        self._busy = False
        session.codes.changed.connect(self._ask)

    def seek(self, z: VectorArray | None) -> None:
        """Show the neighbours of `z`, or none."""
        self._z = z
        self._ask()

    @Slot()
    def _ask(self) -> None:
        z, table = self._z, self._session.codes.table
        if z is None or table is None or table.mean.shape[1] != len(z):
            self._asked = None
            self._grid.show_note("")
            self._words.set_text("")
            return
        self._asked = asked = (z, table)
        if self._busy:
            return
        self._busy = True
        work = partial(neighbours, table.mean, z, MOST)
        done, failed = partial(self._on_found, asked), partial(self._on_failed, asked)
        self._session.errands.send(work, done, failed)

    def _on_found(self, asked: Asked, found: Found) -> None:
        self._busy = False
        if self._asked is not None and self._asked[1] is asked[1]:
            self._show(asked[1], found)
        self._go_on(asked)

    def _on_failed(self, asked: Asked, why: str) -> None:
        self._busy = False
        self._words.set_text(why)
        self._go_on(asked)

    def _go_on(self, asked: Asked) -> None:
        if self._asked is not None and self._asked is not asked:
            self._ask()

    def _show(self, table: "CodeTable", found: Found) -> None:
        rows, away = found
        self._grid.show_pixels(table.pixels[rows], len(rows))
        what = "pictures learned from" if table.is_data else "own samples"
        far = ", ".join(f"{distance:.2f}" for distance in away)
        self._words.set_text(f"nearest of {len(table):,} {what} · ‖Δz‖ {far}")
