"""The controls above the charts: what is counted, how smooth, what to see, what to keep."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QWidget,
)

from explorer import theme
from explorer.widgets.history import Clock

_STEEP = 1000  # slider positions from none to the most smoothing
_CLOCKS = {Clock.STEPS: "by step", Clock.SECONDS: "by time"}
PICTURE_SCALES = (1, 2, 4)


class ChartBar(QWidget):
    """One row of controls.

    Signals:
        `clock_chosen(Clock)`, `smoothing_chosen(float)` with the weight of the past in [0, 1),
        `fit_pressed()`, `table_wanted()`, `picture_wanted(int)` with the scale.
    """

    clock_chosen = Signal(object)
    smoothing_chosen = Signal(float)
    fit_pressed = Signal()
    table_wanted = Signal()
    picture_wanted = Signal(int)

    def __init__(self, weight: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clocks = self._make_clocks()
        self.smoothing = self._make_slider(weight)
        self._amount = QLabel(self)
        self._amount.setFont(theme.tabular(self.font()))
        self._amount.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.999"))
        self.fit = self._make_button("Fit", "Show everything: all steps, all values.")
        self.export = self._make_button("Export", "Keep the numbers or the picture.")
        self.table_action = QAction("Numbers (CSV)…", self)
        self._make_menu()
        self._lay_out()
        self._connect()
        self._show_amount(weight)

    def _make_clocks(self) -> QComboBox:
        clocks = QComboBox(self)
        clocks.setAccessibleName("What the charts count")
        clocks.setToolTip("Count steps, or seconds of training with pauses left out.")
        for clock, text in _CLOCKS.items():
            clocks.addItem(text, clock)
        return clocks

    def _make_slider(self, weight: float) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, _STEEP - 1)
        slider.setPageStep(_STEEP // 20)
        slider.setValue(round(weight * _STEEP))
        slider.setFixedWidth(120)
        slider.setAccessibleName("Smoothing")
        slider.setToolTip(
            "Weight of the past in the exponential mean, from 0 to 0.999. The raw curve stays "
            "visible behind."
        )
        return slider

    def _make_button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text} charts")
        return button

    def _make_menu(self) -> None:
        menu = QMenu(self.export)
        menu.addAction(self.table_action)
        for scale in PICTURE_SCALES:
            action = QAction(f"Picture (PNG, SVG), {scale}×…", self)
            action.setProperty("scale", scale)
            action.triggered.connect(self._on_picture)
            menu.addAction(action)
        self.export.setMenu(menu)
        self.export.setObjectName("with_menu")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.clocks)
        row.addSpacing(2 * theme.SPACE)
        label = QLabel("Smoothing", self)
        label.setBuddy(self.smoothing)
        row.addWidget(label)
        row.addWidget(self.smoothing)
        row.addWidget(self._amount)
        row.addStretch(1)
        row.addWidget(self.fit)
        row.addWidget(self.export)

    def _connect(self) -> None:
        self.clocks.activated.connect(self._on_clock)
        self.smoothing.valueChanged.connect(self._on_slid)
        self.fit.clicked.connect(self.fit_pressed)
        self.table_action.triggered.connect(self.table_wanted)

    def _show_amount(self, weight: float) -> None:
        self._amount.setText(f"{weight:.3f}".rstrip("0").ljust(4, "0") if weight else "0.00")

    @Slot(int)
    def _on_clock(self, index: int) -> None:
        self.clock_chosen.emit(self.clocks.itemData(index))

    @Slot(int)
    def _on_slid(self, place: int) -> None:
        self._show_amount(place / _STEEP)
        self.smoothing_chosen.emit(place / _STEEP)

    @Slot()
    def _on_picture(self) -> None:
        self.picture_wanted.emit(int(self.sender().property("scale")))
