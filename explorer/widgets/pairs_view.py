"""Samples over the training pictures nearest to them, and what that says about copying."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from engines.arrays import PixelArray
from explorer import theme
from explorer.widgets.caption import Caption
from explorer.widgets.footnote import Footnote
from explorer.widgets.image_grid import GUTTER, ImageGrid
from explorer.widgets.scrolled import ScrolledColumn

_PROMISE = (
    "Samples appear here over the training pictures nearest to them, with a warning if the "
    "model seems to repeat what it learned from."
)
_LEGEND = "top row: the {} samples nearest to training pictures; under each its {} nearest"
_FEWEST = 4
_LINES = (2, 5)  # of the rule that are seen at once


@dataclass(frozen=True, slots=True, eq=False)
class PairSheet:
    """What the view shows."""

    samples: PixelArray
    neighbours: np.ndarray
    """uint8 of shape (n, k, h, w, c)."""
    distances: np.ndarray
    """float64 of shape (n, k)."""
    threshold: float
    unit: str
    """What distances are: `Euclidean, in FD-mini features`."""
    verdict: str
    rule: str
    is_near: bool


class PairsView(QWidget):
    """A grid in columns: a sample, then its nearest training pictures downwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: PairSheet | None = None
        self._shown = 0
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.grid = ImageGrid("Samples over their nearest training pictures", parent=self)
        self.grid.set_least(124)
        self.grid.installEventFilter(self)
        self.caption = Caption(self)
        self.rule = Footnote(self)
        self._rule_area = ScrolledColumn(self.rule, self)
        line = self.fontMetrics().lineSpacing()
        self._rule_area.setMinimumHeight(round(_LINES[0] * line))
        self._rule_area.setMaximumHeight(round(_LINES[1] * line))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.verdict)
        column.addWidget(self.grid, 1)
        column.addWidget(self.caption)
        column.addWidget(self._rule_area)
        self.grid.pointed.connect(self._on_pointed)
        theme.changes().changed.connect(self._dress)
        self.show_sheet(None)

    def show_sheet(self, sheet: PairSheet | None, note: str = _PROMISE) -> None:
        """Show other pairs, or say in `note` why there are none."""
        self._sheet, self._shown = sheet, 0
        for part in (self.verdict, self.caption, self._rule_area):
            part.setVisible(sheet is not None)
        if sheet is None:
            self.grid.show_note(note)
            return
        self._lay()
        self.verdict.setText(sheet.verdict)
        self.verdict.setAccessibleName(sheet.verdict)
        self.rule.say(sheet.rule)
        self._on_pointed(None)
        self._dress()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show fewer samples where that makes them larger."""
        if event.type() is QEvent.Type.Resize and watched is self.grid:
            self._lay()
        return False

    def _lay(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        count, height, width, _ = sheet.samples.shape
        room, tall = self.grid.size(), sheet.distances.shape[1] + 1
        zoom = max(1, (room.height() + GUTTER) // (tall * (height + GUTTER)))
        fitting = (room.width() + GUTTER) // (zoom * width + GUTTER)
        shown = min(count, max(_FEWEST, fitting))
        if shown != self._shown:
            self._shown = shown
            rows = [sheet.samples, *np.moveaxis(sheet.neighbours, 1, 0)]
            self.grid.show_pixels(np.concatenate([row[:shown] for row in rows]), shown)
            self._on_pointed(None)

    @Slot()
    def _dress(self) -> None:
        sheet, colours = self._sheet, theme.tokens()
        if sheet is not None:
            colour = colours.warning if sheet.is_near else colours.good
            self.verdict.setStyleSheet(f"color: {colour}; font-weight: 600;")

    @Slot(object)
    def _on_pointed(self, index: int | None) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        count, among = self._shown, sheet.distances.shape[1]
        if index is None:
            self.caption.set_text(_LEGEND.format(count, among))
            return
        row, column = divmod(index, count)
        whose = f"sample {column + 1}"
        said = whose if row == 0 else f"{_RANKS[row - 1]} to {whose}"
        apart = sheet.distances[column, max(0, row - 1)]
        near = " (very near)" if apart < sheet.threshold else ""
        self.caption.set_text(
            f"{said}: distance {apart:.3g}{near}; 5 % of held-out pictures come nearer than "
            f"{sheet.threshold:.3g} to a training picture ({sheet.unit})"
        )


_RANKS = ("nearest training picture", "second nearest", "third nearest")
