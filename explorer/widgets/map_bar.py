"""The controls of the map: what runs to the right and upwards, how, and what lies over it."""

from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.latent.planes import Coordinates, Way
from explorer.widgets.fitted_combo import FittedCombo
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.fold import Fold

Ways: TypeAlias = tuple[tuple[str, Way], ...]

_COORDINATES = MappingProxyType(
    {
        "equal prior mass": "quantile",
        "linear": "linear",
    }
)
_COORDINATES_TIP = (
    "Equal prior mass: equal areas hold equally many draws of a normal prior, so that the "
    "whole of it fits on the map. Linear: equal lengths are equal differences of the latent "
    "vector, without end. A uniform prior is the same in both."
)


@dataclass(frozen=True, slots=True)
class MapChoice:
    """What a person wants to see."""

    right: Way
    up: Way | None
    coordinates: Coordinates


class MapBar(QWidget):
    """Chooses; the two ways are never the same.

    Signals:
        `chosen()`: another map is wanted. `layers_chosen()`: other things over it.
    """

    chosen = Signal()
    layers_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: Ways = ()
        self.across, self.up, self.coordinates = FittedCombo(), FittedCombo(), QComboBox()
        for words, kind in _COORDINATES.items():
            self.coordinates.addItem(words, kind)
        self.rings = _box("prior", "Rings where the prior is as unlikely as at 1, 2 and 3 σ.")
        self.dots = _box("codes", "Codes of the data as dots in the colours of their classes.")
        self.density = _box("density", "How densely the codes of the data lie, as a blue veil.")
        self.rings.setChecked(True)
        self.whole = _button("Show all", "Fit the whole map into the view (Home).")
        self.here = _button("Go to cursor", "Bring the pin, the current z, to the middle.")
        self.save = _button(
            "Export…", "Save what is in view as a PNG that says how it was made."
        )
        self.save.setAccessibleName("export map")
        self.zoom = _button("Zoom clip", "Save a zoom on the map as a GIF or an MP4.")
        menu = QMenu(self.zoom, toolTipsVisible=True)
        self.begin_zoom = menu.addAction("Begin the zoom here")
        self.begin_zoom.setToolTip("Let what is in view now be the first frame of the clip.")
        self.save_zoom = menu.addAction("Save the zoom to here…")
        self.save_zoom.setToolTip(
            "From where it was begun, or from the whole map, to what is in view now."
        )
        self.zoom.setMenu(menu)
        self._lay_out()
        self.across.activated.connect(self._on_across)
        self.up.activated.connect(self._on_up)
        self.coordinates.activated.connect(self.chosen)
        self.coordinates.currentIndexChanged.connect(self._count)
        for box in (self.rings, self.dots, self.density):
            box.toggled.connect(self.layers_chosen)
            box.toggled.connect(self._count)
        self.fold.header.clicked.connect(self._on_folded)
        self.fold.reset_pressed.connect(self._on_reset)

    @property
    def choice(self) -> MapChoice | None:
        """What is wanted, None before anything was offered."""
        if not self._ways:
            return None
        coordinates: Coordinates = (
            "linear" if self.coordinates.currentData() == "linear" else "quantile"
        )
        up = self._ways[self.up.currentIndex()][1] if self.up.isEnabled() else None
        return MapChoice(self._ways[self.across.currentIndex()][1], up, coordinates)

    def offer(self, ways: Ways, right: Way, up: Way) -> None:
        """Name the axes and directions of a model, and choose two of them."""
        self._ways = ways
        known = [way for _, way in ways]
        for combo, way in ((self.across, right), (self.up, up)):
            combo.clear()
            combo.addItems([name for name, _ in ways])
            combo.setCurrentIndex(known.index(way))
        self.up.setEnabled(len(ways) > 1)

    @property
    def names(self) -> tuple[str, str]:
        """What the two ways are called; the second is empty where there is one only."""
        up = self.up.currentText() if self.up.isEnabled() else ""
        return self.across.currentText(), up

    def add_way(self, name: str, way: Way) -> None:
        """Offer one more direction; what is chosen stays."""
        self._ways = (*self._ways, (name, way))
        for combo in (self.across, self.up):
            combo.addItem(name)

    def choose_way(self, name: str, way: Way, side: str) -> None:
        """Have a direction run to the `right` or `up`, offered from now on."""
        known = [other for _, other in self._ways]
        if way not in known:
            self.add_way(name, way)
            known.append(way)
        combo, other = (self.up, self.across) if side == "up" else (self.across, self.up)
        combo.setCurrentIndex(known.index(way))
        self._keep_apart(other, known.index(way))

    def choose(self, choice: MapChoice) -> None:
        """Show what is chosen; nothing is reported. An unknown direction is offered too."""
        for combo, way in ((self.across, choice.right), (self.up, choice.up)):
            if way is not None:
                if way not in [known for _, known in self._ways]:
                    self.add_way("restored direction", way)
                combo.setCurrentIndex([known for _, known in self._ways].index(way))
        self.coordinates.setCurrentIndex(self.coordinates.findData(choice.coordinates))

    def choose_axes(self, right: int, up: int) -> None:
        """Show other axes; nothing is reported."""
        known = [way for _, way in self._ways]
        for combo, axis in ((self.across, right), (self.up, up)):
            combo.setCurrentIndex(known.index(axis))

    @property
    def choosers(self) -> tuple[QComboBox, ...]:
        """Where another map is chosen."""
        return self.across, self.up, self.coordinates

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Open what is folded where it costs one line only, until a person has folded it."""
        super().resizeEvent(event)
        is_other = event.oldSize().width() != self.width()  # opening changes the height
        if is_other and not self._folded_by_hand:
            self.fold.set_open(opened=self._rest.widest() <= self.width())

    def _lay_out(self) -> None:
        """Put what is used all the time into one line, and the rest below it.

        In a low dock each line up here costs the map a row of pictures.
        """
        body = QWidget(self)
        self.fold, self._folded_by_hand = Fold("More", body, self), False
        first, self._rest = FlowLayout(), FlowLayout(body)
        for title, control, tip in (
            ("across", self.across, "The latent axis or direction that runs to the right."),
            ("up", self.up, "The latent axis or direction that runs upwards."),
            ("coordinates", self.coordinates, _COORDINATES_TIP),
        ):
            control.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            line = self._rest if control is self.coordinates else first
            line.addWidget(titled(title, control, tip))
        least = self.across.sizeHint().height()
        for plain in (self.rings, self.density, self.dots, self.here, self.save, self.zoom):
            plain.setMinimumHeight(least)
            self._rest.addWidget(plain)
        self.whole.setMinimumHeight(least)
        first.addWidget(self.whole)
        first.addWidget(self.fold.head)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self.fold)
        self.fold.header.toggled.connect(self.fold.setVisible)  # closed, it takes no room
        self.fold.set_open(opened=False)
        stops = (self.across, self.up, self.whole, self.fold.header, self.fold.reset)
        rest = (self.coordinates, self.rings, self.density, self.dots, self.here, self.save)
        for one, following in pairwise((*stops, *rest, self.zoom)):
            self.setTabOrder(one, following)

    @Slot()
    def _count(self) -> None:
        """Say how many of the choices that may be folded differ from those at first."""
        layers = (not self.rings.isChecked(), self.dots.isChecked(), self.density.isChecked())
        self.fold.set_changed(sum((*layers, self.coordinates.currentIndex() != 0)))

    @Slot()
    def _on_folded(self) -> None:
        self._folded_by_hand = True

    @Slot()
    def _on_reset(self) -> None:
        for box, first in ((self.rings, True), (self.dots, False), (self.density, False)):
            box.setChecked(first)
        if self.coordinates.currentIndex() != 0:
            self.coordinates.setCurrentIndex(0)
            self.chosen.emit()

    @Slot(int)
    def _on_across(self, index: int) -> None:
        self._keep_apart(self.up, index)

    @Slot(int)
    def _on_up(self, index: int) -> None:
        self._keep_apart(self.across, index)

    def _keep_apart(self, other: QComboBox, index: int) -> None:
        if other.currentIndex() == index and other.count() > 1:
            other.setCurrentIndex(0 if index else 1)
        self.chosen.emit()


def _box(words: str, tip: str) -> QCheckBox:
    box = QCheckBox(words)
    box.setToolTip(tip)
    box.setAccessibleName(f"show {words}")
    return box


def _button(words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setToolTip(tip)
    button.setAccessibleName(words)
    return button
