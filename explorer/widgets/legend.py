"""The legend of a chart, which is its read-out too: a row per line, values under the cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QIcon
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from explorer import theme
from explorer.widgets.figures import figure, with_error
from explorer.widgets.swatch import swatch

_COLUMNS = ("smoothed", "raw", "held-out")
_FIGURES = 6  # characters kept free for a value, so that nothing jumps
_VEIL = 170  # opacity of 255: curves stay visible behind the legend


class Look(Enum):
    """How a line that is measured now and then is drawn."""

    POINTS = "points on a dashed curve"
    THIN = "a thin dotted curve"
    FLOOR = "a dashed curve without points: what is usual"


_PENS = MappingProxyType({Look.THIN: Qt.PenStyle.DotLine, Look.FLOOR: Qt.PenStyle.DashLine})


@dataclass(frozen=True, slots=True)
class Line:
    """What a chart must know about one quantity before there are values."""

    key: str
    label: str
    unit: str
    help: str
    colour: str
    stepwise: bool = True
    """Whether it has a value at every step."""
    held_out: bool = False
    """Whether it is measured on held-out images as well, or only."""
    sample: str = ""
    """What it is measured on instead of those, where that is so."""
    look: Look = Look.POINTS
    banded: bool = False
    """Whether a band of one standard error lies about it."""
    column: str = ""
    """What its values stand under in a legend, instead of `held-out`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one line at one step; None where there is none."""

    smoothed: float | None = None
    raw: float | None = None
    held_out: float | None = None
    error: float | None = None
    """One standard error of `held_out`."""


class Legend(QFrame):
    """Names the lines and says their values.

    Signals:
        `toggled(str, bool)`: a person hid or showed the line with this key.
    """

    toggled = Signal(str, bool)

    def __init__(self, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self._room = QSize()  # what was last fitted to
        self._count = ""  # how many images the last column is a mean of
        self._names: dict[str, QToolButton] = {}
        self._values: dict[str, list[QLabel]] = {}
        self._where = QLabel(self)
        self._heads = [QLabel(text, self) for text in _COLUMNS]
        self._lines = {line.key: line for line in lines}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(6, 0, 6, 2)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._lay_head()
        for row, line in enumerate(lines, start=1):
            self._lay_row(row, line)
        self.set_count(0)
        theme.changes().changed.connect(self.dress)
        self.dress()

    def button(self, key: str) -> QToolButton:
        """Return the switch that hides and shows the line `key`."""
        return self._names[key]

    def text(self, key: str) -> tuple[str, str, str]:
        """Return what is read beside `key`: smoothed, raw, held-out."""
        smoothed, raw, held_out = (label.text() for label in self._values[key])
        return smoothed, raw, held_out

    @property
    def where(self) -> str:
        """The step that is read, in words."""
        return self._where.text()

    def read(self, where: str, readings: Mapping[str, Reading]) -> None:
        """Show `readings` by key, and in `where` at which step they hold."""
        self._where.setText(where)
        for key, reading in readings.items():
            values = (reading.smoothed, reading.raw, reading.held_out)
            for label, value in zip(self._values[key], values, strict=True):
                label.setText("" if value is None else figure(value))
            if reading.held_out is not None and reading.error is not None:
                self._values[key][2].setText(with_error(reading.held_out, reading.error))

    def set_count(self, count: int) -> None:
        """Say over how many held-out images means are taken, unless on something else."""
        columns = {line.column for line in self._lines.values()}
        if len(columns) == 1 and (column := columns.pop()):
            self._head(column)
            self._heads[2].setToolTip("The newest measurement at this step.")
            return
        samples = {line.sample for line in self._lines.values() if line.held_out}
        if len(samples) == 1 and (made := samples.pop()):
            self._head(made)
            self._heads[2].setToolTip(f"Measured on {made} that the model makes; the newest.")
            return
        images = f" over {count:,} images that the model never learns from" if count else ""
        self._head("held-out", f", n = {count:,}" if count else "")
        self._heads[2].setToolTip(f"The mean{images}; the newest measurement at this step.")

    def tell(self, more: Mapping[str, str]) -> None:
        """Say more of lines, by key, to who rests upon their names."""
        for key, name in self._names.items():
            said = _tip(self._lines[key])
            name.setToolTip(f"{said} {more[key]}" if key in more else said)

    def fit(self, room: QSize) -> None:
        """Leave out what there is no room for.

        In the height the lines without points; in the width the raw values, the step, how many
        images are meant, and the ends of long names, in this order.
        """
        self.adjustSize()
        if room == self._room and self._is_within(room):
            return
        self._room = room
        self._cut_names(0)
        self._fit_height(room.height())
        stepwise = [line.key for line in self._lines.values() if line.stepwise]
        raw = [self._heads[1], *(self._values[key][1] for key in stepwise)] if stepwise else []
        parts = (*raw, self._where)
        for shown, count in ((parts, self._count), ((self._where,), self._count), ((), "")):
            for part in parts:
                part.setVisible(part in shown)
            self._heads[2].setText(self._heads[2].property("what") + count)
            self._settle()
            if self.width() <= room.width():
                return
        self._cut_names(self.width() - room.width())
        self._settle()

    def _cut_names(self, excess: int) -> None:
        """Make the longest name shorter by so many pixels, and none longer than it then is."""
        ink = next(iter(self._names.values()), self._where).fontMetrics()
        shown = [self._lines[key].label for key, n in self._names.items() if not n.isHidden()]
        widest = max(map(ink.horizontalAdvance, shown), default=0)
        for key, name in self._names.items():
            label = self._lines[key].label
            cut = ink.elidedText(label, Qt.TextElideMode.ElideRight, widest - excess)
            name.setText(cut if excess else label)

    def _fit_height(self, height: int) -> None:
        bare = [line.key for line in self._lines.values() if line.look is not Look.POINTS]
        rows = [part for key in bare for part in (self._names[key], self._values[key][2])]
        for shown in (True, False):
            for part in rows:
                part.setVisible(shown)
            self._settle()
            if self.height() <= height:
                return

    def _settle(self) -> None:
        self._grid.activate()
        self.adjustSize()

    def _is_within(self, room: QSize) -> bool:
        return self.width() <= room.width() and self.height() <= room.height()

    def _head(self, what: str, count: str = "") -> None:
        """Name the last column; the count is left out where there is no room."""
        self._count = count
        self._heads[2].setProperty("what", what)
        self._heads[2].setText(what + count)

    @Slot()
    def dress(self) -> None:
        """Take the colours of now."""
        colours = theme.tokens()
        ground = QColor(colours.raised)
        rgba = f"rgba({ground.red()}, {ground.green()}, {ground.blue()}, {_VEIL})"
        self.setStyleSheet(
            f"#legend {{ background: {rgba}; border: 0; border-radius: {theme.RADIUS}px; }}"
            f"#legend QLabel {{ background: transparent; }}"
            f"#legend QToolButton {{ background: transparent; border: 0; padding: 0; }}"
            f"#legend QToolButton:focus {{ color: {colours.accent}; }}"
            f"#legend QToolButton:!checked {{ color: {colours.muted}; }}"
        )
        for label in (self._where, *self._heads):
            label.setStyleSheet(f"color: {colours.muted};")
        small = theme.tabular(theme.scaled(self.font(), 0.85))
        for child in self.findChildren(QWidget):
            child.setFont(small)
        for name in self._names.values():
            name.setFixedHeight(QFontMetrics(small).height())

    def recolour(self, colours: Mapping[str, str]) -> None:
        """Draw the swatches in other colours, by key."""
        for key, colour in colours.items():
            self._names[key].setIcon(_icon(colour, self._lines[key]))

    def _lay_head(self) -> None:
        self._grid.addWidget(self._where, 0, 0)
        tips = (
            "The exponential mean; its weight is the slider above.",
            "The value of this step alone.",
        )
        for column, head in enumerate(self._heads, start=1):
            head.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(head, 0, column)
        for head, tip in zip(self._heads, tips, strict=False):
            head.setToolTip(tip)
        lines = self._lines.values()
        self._heads[0].setVisible(any(line.stepwise for line in lines))
        self._heads[1].setVisible(any(line.stepwise for line in lines))
        self._heads[2].setVisible(any(line.held_out for line in lines))

    def _lay_row(self, row: int, line: Line) -> None:
        name = QToolButton(self)
        name.setText(line.label)
        name.setIcon(_icon(line.colour, line))
        name.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        name.setCheckable(True)
        name.setChecked(True)
        name.setToolTip(_tip(line))
        name.setAccessibleName(f"Show {_title(line)}")
        name.setProperty("key", line.key)
        name.toggled.connect(self._on_toggled)
        self._grid.addWidget(name, row, 0)
        self._names[line.key] = name
        self._values[line.key] = [self._value(row, column) for column in (1, 2, 3)]
        for label in self._values[line.key][:2]:
            label.setVisible(line.stepwise)
        self._values[line.key][2].setVisible(line.held_out)

    def _value(self, row: int, column: int) -> QLabel:
        label = QLabel(self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance("0" * _FIGURES))
        self._grid.addWidget(label, row, column)
        return label

    @Slot()
    def _on_toggled(self) -> None:
        key = self.sender().property("key")
        self.toggled.emit(key, self._names[key].isChecked())


def _title(line: Line) -> str:
    return f"{line.label} ({line.unit})" if line.unit else line.label


def _tip(line: Line) -> str:
    said = f"{line.help} " if line.help else ""
    return f"{_title(line)}. {said}Click to hide or show it."


def _icon(colour: str, line: Line) -> QIcon:
    pen = _PENS.get(line.look)
    return swatch(colour, pen, through=line.stepwise, pointed=line.held_out and pen is None)
