"""Codes laid out on a plane, off the GUI thread."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engines.arrays import PixelArray, RowArray
from explorer.bridge.codes import Codes
from explorer.bridge.errands import Errands
from explorer.widgets.dots_colours import Colouring
from explorer.widgets.parcel import Parcel

if TYPE_CHECKING:  # they cost the import of torch, or of scikit-learn
    from trainers.codes import CodeTable
    from trainers.projections import Projection

ERROR = "reconstruction error"
CLASS = "class"
NO_ELLIPSES = np.zeros((0, 2, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A table of codes and where its rows lie on a plane."""

    table: "CodeTable"
    projection: "Projection"
    errors: np.ndarray
    """Root of the mean squared grey-level difference to the reconstruction, per row shown."""
    pixels: PixelArray
    """Of the rows shown."""
    ellipses: np.ndarray
    """(n, 2, 2): q(z|x) on the plane where that is linear and there is an encoder."""

    @property
    def rows(self) -> RowArray:
        """Which rows of the table are shown."""
        return self.projection.rows

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the colours may mean."""
        known = (CLASS,) if self.table.labels is not None and self.table.classes else ()
        factors = tuple(name for name in self.table.factor_names if name != CLASS)
        is_exact = bool((self.errors == 0).all())  # samples are what their codes decode to
        return (*known, *factors, *(() if is_exact else (ERROR,)))

    def colouring(self, kind: str) -> Colouring | None:
        """Return one number per dot; None for one colour."""
        table = self.table
        if kind == CLASS and table.labels is not None:
            return Colouring(CLASS, table.labels[self.rows], table.classes)
        if kind == ERROR:
            return Colouring("RMS error of the reconstruction", self.errors, (), " of 255")
        if kind in table.factor_names and table.factors is not None:
            return Colouring(kind, table.factors[self.rows, table.factor_names.index(kind)])
        return None

    def title(self, index: int) -> str:
        """Name a dot: `picture 17, class 3, error 12 of 255`."""
        row = int(self.rows[index])
        table = self.table
        words = self._named(row)
        if table.labels is not None and table.classes:
            words += f", class {table.classes[table.labels[row]]}"
        return f"{words}, error {self.errors[index]:.3g} of 255"

    def parcel(self, row: int) -> Parcel:
        """Wrap up one row of the table."""
        table = self.table
        return Parcel(table.pixels[row], table.mean[row], self._named(row))

    def _named(self, row: int) -> str:
        what = "picture" if self.table.is_data else "own sample"
        return f"{what} {self.table.rows[row]:,}"


class PlaneMaker(QObject):
    """Keeps a plane of the newest codes while somebody looks at it.

    A way that is slow is followed only when somebody asks; what it shows says its step.

    Signals:
        `made(Plane)`, `refused(str)`: one sentence, `working(str)`: what takes a while.
    """

    made = Signal(Plane)
    refused = Signal(str)
    working = Signal(str)

    def __init__(self, codes: Codes, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._codes, self._errands = codes, errands
        self._way: tuple[str, tuple[int, int], int] | None = None
        self._count = 0
        self._watching = False
        self._busy = False
        self._again = False
        self._done_for: object = None
        codes.changed.connect(self._on_changed)
        codes.failed.connect(self.refused)

    def ask(self, way: tuple[str, tuple[int, int], int], count: int) -> None:
        """Want this way, axes and seed of so many codes from now on."""
        self._way, self._count = way, count
        self._done_for = None
        self._wish()
        self._make()

    def watch(self, *, wanted: bool) -> None:
        """Note whether anybody can see it."""
        self._watching = wanted
        self._wish()
        if wanted:
            self._make()

    def _wish(self) -> None:
        if self._count:
            self._codes.want("scatter", wanted=self._watching, count=self._count)

    @Slot(object)
    def _on_changed(self, table: "CodeTable | None") -> None:
        if table is None:
            self._done_for = None
        else:
            self._make()

    def _make(self) -> None:
        table = self._codes.table
        if table is None or self._way is None or not self._watching:
            return
        if self._busy:
            self._again = True
            return
        if self._is_done(table):
            return
        self._busy, self._done_for = True, (table, self._way)
        if self._way[0] in ("tsne", "umap"):
            self.working.emit(f"Laying out {len(table):,} codes; this takes some seconds …")
        job = partial(_plane, table, *self._way)
        self._errands.send(job, self._on_made, self._on_failed)

    def _is_done(self, table: "CodeTable") -> bool:
        if not isinstance(self._done_for, tuple):
            return False
        known, way = self._done_for
        if way != self._way:
            return False
        slow = way[0] in ("tsne", "umap") and len(known) == len(table)
        return known is table or (slow and known.rows.shape == table.rows.shape)

    def _on_made(self, plane: Plane) -> None:
        self._busy = False
        self.made.emit(plane)
        self._go_on()

    def _on_failed(self, why: str) -> None:
        self._busy = False
        self.refused.emit(why)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self._again = False
            self._make()


def _plane(table: "CodeTable", way: str, axes: tuple[int, int], seed: int) -> Plane:
    from trainers.projections import Asked, projected  # it costs the import of scikit-learn

    made = projected(table.mean, Asked(way, axes, seed))
    pixels = table.pixels[made.rows]
    errors = np.empty(len(made.rows))
    for start in range(0, len(pixels), 512):
        part = slice(start, start + 512)
        decoded = table.event.snapshot.decode(table.mean[made.rows[part]]).astype(np.float32)
        errors[part] = np.sqrt(np.square(decoded - pixels[part]).mean((1, 2, 3)))
    return Plane(table, made, errors, pixels, _ellipses(table, made))


def _ellipses(table: "CodeTable", made: "Projection") -> np.ndarray:
    if made.matrix is None or not table.deviation.any():
        return NO_ELLIPSES
    scaled = made.matrix[None] * table.deviation[made.rows][:, None, :]
    return scaled @ scaled.transpose(0, 2, 1)
