"""Sliders for the axes of a latent space, a few at first and the rest in pages."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engines.arrays import PixelArray
from explorer.widgets.axis_row import AxisRow
from explorer.widgets.choice_row import ChoiceRow
from explorer.widgets.track import Track

FIRST = 8
PAGE = 16
GAP = 2
_ROOMY = 4_096  # px: no limit


class SliderBank(QWidget):
    """Reports what a person does to the axes; shows what it is told.

    No more than `FIRST + PAGE` sliders are ever built, however long the latent vector is.
    Choices stand above them and are always in sight.

    Signals:
        `grabbed(int)`: a gesture on this axis begins. `moved(int, float)`: a person wants this
        value on this axis. `chosen(int, int)`: on the axes that begin here, a person wants this
        choice. `let_go()`: the mouse is up again. `axes_changed()`: other axes
        are in sight, and their strips are empty. `renamed(int, str)`: a person gives an axis
        a name. `play_asked(int)`: a person wants to see this axis walked to and fro.
    """

    grabbed = Signal(int)
    moved = Signal(int, float)
    chosen = Signal(int, int)
    let_go = Signal()
    axes_changed = Signal()
    renamed = Signal(int, str)
    play_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: tuple[Track, ...] = ()
        self._values = np.zeros(0, np.float32)
        self._more = False
        self._page = 0
        self._room = _ROOMY
        self.rows: list[AxisRow] = []
        self.choices: list[ChoiceRow] = []
        self._build()

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the sliders in sight, from the top."""
        return tuple(track.axis for track in self._tracks)

    @property
    def _tracks(self) -> tuple[Track, ...]:
        first = self._order[:FIRST]
        if not self._more:
            return first
        start = FIRST + self._page * PAGE
        return first + self._order[start : start + PAGE]

    @property
    def held(self) -> bool:
        """True while a person holds a slider with the mouse."""
        return any(row.slider.isSliderDown() for row in self.rows)

    def set_axes(self, tracks: Sequence[Track]) -> None:
        """Show another latent space: its axes from the most to the least important."""
        self._order = tuple(track for track in tracks if not track.choices)
        self._show_choices([track for track in tracks if track.choices])
        self._values = np.zeros(
            max((track.axis + max(1, len(track.choices)) for track in tracks), default=0),
            np.float32,
        )
        self._more, self._page = False, 0
        self.clear_strips()
        self._lay_out()

    def show_tracks(self, tracks: Sequence[Track]) -> None:
        """Say other things of the same axes, or show them in another order."""
        order = tuple(track for track in tracks if not track.choices)
        moved = [t.axis for t in order] != [t.axis for t in self._order]
        self._order = order
        if moved:
            self._lay_out()
            return
        for track, row in zip(self._tracks, self.rows, strict=False):
            row.serve(track)

    def show_values(self, z: np.ndarray) -> None:
        """Show the values of all axes; nothing is reported."""
        self._values = np.array(z, np.float32)
        for axis, row in self._shown():
            row.show_value(float(self._values[axis]))
        for choice in self.choices:
            parts = self._values[choice.axis : choice.axis + len(choice.choices)]
            choice.show_choice(int(parts.argmax()))

    def show_strips(self, pixels: PixelArray, columns: int) -> None:
        """Show walks of `columns` pictures, in the order of the axes in sight."""
        for place, (_, row) in enumerate(self._shown()):
            row.show_strip(pixels[place * columns : (place + 1) * columns])

    def show_choices(self, pixels: PixelArray) -> None:
        """Show a picture of each choice, of one row of choices after the other."""
        begin = 0
        for row in self.choices:
            row.show_strip(pixels[begin : begin + row.pictures] if row.pictures else None)
            begin += row.pictures

    def clear_strips(self) -> None:
        """Show sliders and choices only."""
        for row in self.rows:
            row.show_strip(None)
        for choice in self.choices:
            choice.show_strip(None)

    def fit(self, room: int | None) -> None:
        """Let a slider with its strip take no more than `room` pixels; None: what it likes."""
        self._room = _ROOMY if room is None else room
        for row in self.rows:
            row.fit(self._room - GAP)

    def _shown(self) -> list[tuple[int, AxisRow]]:
        return list(zip(self.axes, self.rows, strict=False))

    def _build(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(GAP)
        self._top = QVBoxLayout()
        self._top.setSpacing(4)
        self.more = QPushButton(self)
        self.more.setAccessibleName("more axes")
        self.more.clicked.connect(self._on_more)
        self.earlier = self._pager("‹", "earlier axes")
        self.later = self._pager("›", "later axes")
        self.range = QLabel(self)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        foot = QHBoxLayout()
        for widget in (self.more, self.earlier, self.range, self.later):
            widget.hide()  # until there are more axes than fit
            foot.addWidget(widget)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.addLayout(self._top)
        column.addLayout(self._list)
        column.addLayout(foot)
        column.addStretch()

    def _pager(self, text: str, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(name.capitalize())
        return button

    def _show_choices(self, tracks: list[Track]) -> None:
        for old in self.choices:
            old.hide()
            old.deleteLater()
        self.choices = [ChoiceRow(t.axis, t.name, t.choices, self) for t in tracks]
        for row in self.choices:
            row.chosen.connect(self.chosen)
            self._top.addWidget(row)

    def _lay_out(self) -> None:
        tracks = self._tracks
        while len(self.rows) < len(tracks):
            self._add_row()
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(tracks))
            if place < len(tracks):
                track = tracks[place]
                if row.axis != track.axis:
                    row.show_strip(None)
                row.serve(track)
                row.show_value(float(self._values[track.axis]))
        self._lay_out_foot()
        self.axes_changed.emit()

    def _lay_out_foot(self) -> None:
        rest = len(self._order) - FIRST
        pages = -(-rest // PAGE)
        start = FIRST + self._page * PAGE
        self.more.setVisible(rest > 0)
        self.more.setText("fewer" if self._more else f"more ({rest})")
        self.more.setToolTip("Show only the first axes" if self._more else "Show other axes")
        self.more.setAccessibleName("fewer axes" if self._more else "more axes")
        for widget in (self.earlier, self.range, self.later):
            widget.setVisible(self._more and pages > 1)
        self.range.setText(f"{start}–{min(start + PAGE, len(self._order)) - 1}")
        self.earlier.setEnabled(self._page > 0)
        self.later.setEnabled(self._page < pages - 1)

    def _add_row(self) -> None:
        row = AxisRow(self)
        row.fit(self._room - GAP)
        row.grabbed.connect(self.grabbed)
        row.moved.connect(self.moved)
        row.let_go.connect(self.let_go)
        row.left_for.connect(self._on_left_for)
        row.renamed.connect(self.renamed)
        row.play_asked.connect(self.play_asked)
        self.rows.append(row)
        self._list.addWidget(row)
        for one, following in pairwise((row.slider, self.more, self.earlier, self.later)):
            self.setTabOrder(one, following)  # as they stand

    @Slot(int, int)
    def _on_left_for(self, axis: int, direction: int) -> None:
        place = self.axes.index(axis) + direction
        if 0 <= place < len(self.axes):
            self.rows[place].slider.setFocus()
        elif place < 0 and self.choices:
            self.choices[-1].focus()

    @Slot()
    def _on_more(self) -> None:
        self._more = not self._more
        self._lay_out()

    @Slot()
    def _on_earlier(self) -> None:
        self._page -= 1
        self._lay_out()

    @Slot()
    def _on_later(self) -> None:
        self._page += 1
        self._lay_out()
