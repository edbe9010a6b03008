"""One latent axis: its name, its slider, its value in words, and the walk along it."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engines.arrays import PixelArray
from engines.latent.grids import steps
from explorer import theme
from explorer.widgets.axis_slider import AxisSlider
from explorer.widgets.film_strip import FilmStrip
from explorer.widgets.words import signed


class AxisRow(QWidget):
    """A slider with its strip of pictures right below the values they belong to.

    Signals:
        `grabbed(int)`: a gesture on this axis begins.
        `moved(int, float)`: a person wants this value on this axis.
        `let_go()`: the mouse button is up again.
        `left_for(int, int)`: from this axis, go to the next row (1) or the one before (-1).
    """

    grabbed = Signal(int)
    moved = Signal(int, float)
    let_go = Signal()
    left_for = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = 0
        self._span = 1.0
        self._unit = ""
        self.name = QLabel(self)
        self.slider = AxisSlider(self)
        self.value = QLabel(self)
        self.strip = FilmStrip("walk", self)
        self._build()
        self.slider.grabbed.connect(self._on_grabbed)
        self.slider.dragged.connect(self._on_dragged)
        self.slider.let_go.connect(self.let_go)
        self.slider.left_for.connect(self._on_left_for)
        self.strip.taken.connect(self._on_strip_taken)

    def serve(self, axis: int, name: str, span: float, unit: str) -> None:
        """Become the row of another axis, which readers call `name`."""
        self.axis, self._span, self._unit = axis, span, unit
        self.name.setText(name)
        self.slider.set_ends(-span, span)
        self.slider.setAccessibleName(f"latent axis {name}")
        ends = f"{-span:+g} to {span:+g}{unit}"
        self.slider.setToolTip(
            f"Latent coordinate {name}, from {ends}.\n"
            "Arrow keys step by 0.1, page keys by 0.5; double click or 0 goes back to 0."
        )
        self.strip.setAccessibleName(f"walk along axis {name}")
        self.strip.setToolTip(f"The walk along {name}, all others as they are; press to go.")
        self._widen()

    def show_value(self, value: float) -> None:
        """Show a value that somebody set."""
        self.slider.show_value(value)
        self.value.setText(f"{signed(value)}{self._unit}")

    def show_strip(self, pixels: PixelArray | None) -> None:
        """Show the walk along this axis, or none."""
        self.strip.show_pixels(pixels)
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the value when the text grows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widen()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._align()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.value, 0, 2)
        grid.addWidget(self.strip, 1, 1)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _widen(self) -> None:
        """Let the longest name and the longest value fit, whatever the font."""
        self.value.setFont(theme.tabular(self.font()))
        wide = self.value.fontMetrics().horizontalAdvance(f"−0.00{self._unit} ")
        self.value.setFixedWidth(wide)
        self.name.setMinimumWidth(self.fontMetrics().horizontalAdvance("z000"))

    def _align(self) -> None:
        """Put the track's ends above the middles of the first and the last picture."""
        geometry, ratio = self.strip.geometry_now(), self.devicePixelRatioF()
        if geometry is None:
            self.slider.set_inset(0)
        else:
            self.slider.set_inset((geometry.origin[0] + geometry.cell[0] / 2) / ratio)

    @Slot()
    def _on_grabbed(self) -> None:
        self.grabbed.emit(self.axis)

    @Slot(float)
    def _on_dragged(self, value: float) -> None:
        self.moved.emit(self.axis, value)

    @Slot(int)
    def _on_left_for(self, direction: int) -> None:
        self.left_for.emit(self.axis, direction)

    @Slot(int)
    def _on_strip_taken(self, index: int) -> None:
        pixels = self.strip.pixels
        if pixels is not None:
            self.grabbed.emit(self.axis)
            self.moved.emit(self.axis, float(steps(self._span, len(pixels))[index]))
