"""One latent axis: its name, its slider, its value, how much it matters, the walk along it."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engines.arrays import PixelArray
from engines.latent.grids import stops
from explorer import theme
from explorer.widgets.axis_bar import AxisBar
from explorer.widgets.axis_name import AxisName
from explorer.widgets.axis_slider import AxisSlider
from explorer.widgets.film_strip import FilmStrip
from explorer.widgets.track import Track
from explorer.widgets.words import signed

KEYS = (
    "Arrow keys step by 0.1, page keys by 0.5; double click or 0 goes back to 0.\n"
    "Space plays it to and fro, F2 gives it a name."
)


class AxisRow(QWidget):
    """A slider with its strip of pictures right below the values they belong to.

    Signals:
        `grabbed(int)`: a gesture on this axis begins.
        `moved(int, float)`: a person wants this value on this axis.
        `let_go()`: the mouse button is up again.
        `left_for(int, int)`: from this axis, go to the next row (1) or the one before (-1).
        `renamed(int, str)`: a person gives this axis a name; empty for none.
        `play_asked(int)`: a person wants to see this axis walked to and fro.
    """

    grabbed = Signal(int)
    moved = Signal(int, float)
    let_go = Signal()
    left_for = Signal(int, int)
    renamed = Signal(int, str)
    play_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = -1
        self._track = Track(-1, "")
        self.name = AxisName(self)
        self.bar = AxisBar(self)
        self.slider = AxisSlider(self)
        self.value = QLabel(self)
        self.mark = QLabel(self)
        self.strip = FilmStrip("walk", self)
        self._build()
        self.slider.grabbed.connect(self._on_grabbed)
        self.slider.dragged.connect(self._on_dragged)
        self.slider.let_go.connect(self.let_go)
        self.slider.left_for.connect(self._on_left_for)
        self.slider.play_asked.connect(self._on_play_asked)
        self.slider.name_asked.connect(self.name.begin)
        self.name.renamed.connect(self._on_renamed)
        self.strip.taken.connect(self._on_strip_taken)

    def serve(self, track: Track) -> None:
        """Become the row of another axis, or say other things of the same one."""
        if track == self._track:
            return
        self.axis, self._track = track.axis, track
        self.slider.set_ends(track.low, track.high)
        self.slider.shade(track.shaded)
        self.slider.set_faint(faint=not track.is_active)
        self.name.set_faint(faint=not track.is_active)
        self.bar.show_bar(track.bar, is_active=track.is_active)
        self.mark.setText("" if track.is_active else "inactive")
        self._describe(track)
        self._widen()

    def show_value(self, value: float) -> None:
        """Show a value that somebody set."""
        self.slider.show_value(value)
        words = f"{signed(value)}{self._track.unit}"
        if words != self.value.text():
            self.value.setText(words)

    def show_strip(self, pixels: PixelArray | None) -> None:
        """Show the walk along this axis, or none."""
        self.strip.show_pixels(pixels)
        self._align()

    def fit(self, height: int) -> None:
        """Take no more room than this, as far as the pictures can be made smaller for it."""
        around = self.grid.contentsMargins().bottom() + self.grid.verticalSpacing()
        self.strip.allow(height - self.slider.sizeHint().height() - around)
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
        self.grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.slider, 0, 1)
        grid.addWidget(self.value, 0, 2)
        grid.addWidget(self.bar, 1, 0, top)
        grid.addWidget(self.strip, 1, 1)
        grid.addWidget(self.mark, 1, 2, top | Qt.AlignmentFlag.AlignRight)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mark.setObjectName("centre")  # muted, by the style sheet
        self.name.setAccessibleName("name of the axis")

    def _describe(self, track: Track) -> None:
        label = track.label or track.name
        self.name.show_name(track.name)
        self.name.setToolTip(f"{label}; double click or F2 gives it another name.")
        self.slider.setAccessibleName(f"latent axis {track.name}")
        ends = f"{track.low:+.3g} to {track.high:+.3g}{track.unit}"
        lines = [f"Latent coordinate {label}, from {ends}{_in_brackets(track.says)}."]
        lines += [f"{track.shade_says}."] if track.shaded and track.shade_says else []
        self.slider.setToolTip("\n".join([*lines, KEYS]))
        self.mark.setToolTip(track.bar.tip if track.bar else "")
        self.strip.setAccessibleName(f"walk along axis {track.name}")
        self.strip.setToolTip(
            f"The walk along {track.name}, all others as they are; press to go."
        )

    def _widen(self) -> None:
        """Let the longest name and the longest value fit, whatever the font."""
        self.value.setFont(theme.tabular(self.font()))
        wide = self.value.fontMetrics().horizontalAdvance(f"−0.00{self._track.unit} ")
        small = theme.scaled(self.font(), 0.85)
        self.mark.setFont(small)
        inactive = type(self.fontMetrics())(small).horizontalAdvance("inactive ")
        self.value.setFixedWidth(max(wide, inactive))
        named = self.fontMetrics().horizontalAdvance("smiling ")
        self.name.setFixedWidth(max(named, self.bar.sizeHint().width()))

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

    @Slot()
    def _on_play_asked(self) -> None:
        self.play_asked.emit(self.axis)

    @Slot(str)
    def _on_renamed(self, name: str) -> None:
        self.renamed.emit(self.axis, name)
        self.slider.setFocus()

    @Slot(int)
    def _on_strip_taken(self, index: int) -> None:
        pixels = self.strip.pixels
        if pixels is not None:
            self.grabbed.emit(self.axis)
            along = stops(self._track.low, self._track.high, len(pixels))
            self.moved.emit(self.axis, float(along[index]))


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""
