"""The codes of the data on the map that a panel shows, placed off the GUI thread."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.latent.planes import Plane
from explorer.session import Session
from explorer.widgets.map_crowd import Placed, placed
from explorer.widgets.map_points import Crowd

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable


class MapCodes(QObject):
    """Wants a table of codes while its panel is visible and shows them.

    Selected codes are ringed wherever there is a table, be it one that another panel wanted.

    Signals:
        `changed()`: others are placed, selected, or none.
    """

    changed = Signal()

    def __init__(self, session: Session, panel: QWidget) -> None:
        super().__init__(panel)
        self._session, self._panel = session, panel
        self._plane: Plane | None = None
        self._shown = False
        self.placed: Placed | None = None
        session.codes.changed.connect(self._on_table_changed)
        session.selection.changed.connect(self.changed)
        panel.installEventFilter(self)

    @property
    def words(self) -> str:
        """Say what the codes shown are; empty while none are to be shown."""
        table, ringed = self._session.codes.table, len(self._chosen())
        if not self._shown:
            return f" · {ringed:,} selected codes ringed" if ringed else ""
        if self.placed is None or table is None:
            return " · codes are on their way"
        found = self.placed
        few = f"{found.shown:,} of them as dots, " if found.shown < found.total else ""
        rings = f", {ringed:,} selected ringed" if ringed else ""
        return f" · codes: {few}{table.source}{rings}"

    def crowd(self, *, dots: bool) -> Crowd | None:
        """Return what is shown of the codes: dots if they are asked for, and the selection."""
        chosen = self._chosen()
        if dots and self.placed is not None:
            return replace(self.placed.crowd, chosen=chosen)
        return Crowd(np.zeros((0, 2)), np.zeros(0, np.int64), chosen) if len(chosen) else None

    def show(self, *, shown: bool) -> None:
        """Show codes from now on, or none."""
        self._shown = shown
        self._want()

    def lay_on(self, plane: Plane | None) -> None:
        """Place the codes on another map."""
        self._plane, self.placed = plane, None
        self._lay()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if watched is self._panel and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._want()
        return False

    def _want(self) -> None:
        wanted = self._shown and self._panel.isVisible()
        self._session.codes.want("map", wanted=wanted)
        if wanted and self.placed is None:
            self._lay()

    @Slot(object)
    def _on_table_changed(self, _table: "CodeTable | None") -> None:
        if self._panel.isVisible():
            self._lay()
        else:
            self.placed = None  # those shown again will be placed anew

    def _lay(self) -> None:
        laid, table = self._plane, self._session.codes.table
        if laid is None or table is None or table.event.snapshot.latent != laid.space:
            self.placed = None
            self.changed.emit()
        elif not self._shown:
            self.changed.emit()
        else:
            work = partial(placed, laid, table.mean, table.labels)
            self._session.errands.send(work, partial(self._on_placed, laid))

    def _chosen(self) -> np.ndarray:
        """Return where the selected codes lie on the map, (k, 2)."""
        laid, table = self._plane, self._session.codes.table
        rows = self._session.selection.rows
        if laid is None or table is None or table.event.snapshot.latent != laid.space:
            return np.zeros((0, 2))
        return laid.places(table.mean[rows[rows < len(table.mean)]])

    def _on_placed(self, laid: Plane, found: Placed) -> None:
        if laid is self._plane:
            self.placed = found
            self.changed.emit()
