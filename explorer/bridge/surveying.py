"""What directions have to do with one another and with the codes; off the GUI thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal, Slot

from engines.arrays import CodeArray
from engines.latent.directions import coordinates, twins
from engines.latent.support import edges
from explorer.bridge.codes import Codes
from explorer.bridge.errands import Errands
from explorer.library import Items, Library

_NONE: Mapping[int, tuple[float, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """By number of the direction."""

    shading: Mapping[int, tuple[float, float]]
    """Beyond which places along it, in σ, fewer than 1 in 100 codes lie."""
    twins: Mapping[int, tuple[int, float]]
    """Which earlier direction it repeats, and their cosine."""


def surveyed(items: Items, codes: CodeArray | None) -> Survey:
    """Compare directions with one another, and place the codes along each."""
    found: dict[int, tuple[int, float]] = {}
    for earlier, later, cosine in twins([item.direction for item in items]):
        if items[earlier].number not in found:  # the first of all alike is the one to keep
            found.setdefault(items[later].number, (items[earlier].number, cosine))
    if codes is None or not len(codes):
        return Survey(_NONE, found)
    shading = {
        item.number: edges(coordinates(codes, item.direction))
        for item in items
        if item.direction.latent.dim == codes.shape[1]
    }
    return Survey(shading, found)


class Surveyor(QObject):
    """Compares again whenever directions or codes change; only the last answer counts.

    Signals:
        `surveyed(Survey)`.
    """

    surveyed = Signal(object)

    def __init__(
        self, library: Library, codes: Codes, errands: Errands, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._codes = codes
        self._errands = errands
        self._asked = 0
        library.changed.connect(self._on_changed)
        codes.changed.connect(self._on_changed)

    @Slot()
    def _on_changed(self) -> None:
        self._asked += 1
        table = self._codes.table
        codes = None if table is None else table.mean
        work = partial(surveyed, self._library.items, codes)
        self._errands.send(work, partial(self._on_done, self._asked))

    def _on_done(self, asked: int, survey: Survey) -> None:
        if asked == self._asked:
            self.surveyed.emit(survey)
