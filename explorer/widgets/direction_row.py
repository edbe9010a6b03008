"""One direction: its name, what is known of it, the walk along it, and a slider if ticked."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from engines.arrays import PixelArray
from engines.latent.directions import Direction
from explorer import theme
from explorer.widgets.axis_slider import KNOB, AxisSlider
from explorer.widgets.direction_words import BADGES, details, facts
from explorer.widgets.film_strip import FilmStrip
from explorer.widgets.footnote import Footnote
from explorer.widgets.words import signed

REACH = 3.0  # σ to both sides of a slider
AMOUNTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
"""Where the pictures of a walk lie, in σ."""

DEEDS = (
    ("save", "Save as a file…"),
    ("survives", "Does it survive training?"),
    ("orthogonal", "Take away what it shares with the ticked ones"),
    ("export", "Export the walk…"),
    ("right", "Run the map along it, to the right"),
    ("up", "Run the map along it, upwards"),
    ("remove", "Remove"),
)
MAP_DEEDS = ("right", "up")


class DirectionRow(QWidget):
    """Reports what a person does to a direction; shows what it is told.

    Signals, with the number of the direction:
        `renamed(int, str)`, `ticked(int, bool)`, `asked(int, str)`: one of `DEEDS`.
        `grabbed(int)`: a gesture on the slider begins. `moved(int, float)`: this place, in σ.
    """

    renamed = Signal(int, str)
    ticked = Signal(int, bool)
    asked = Signal(int, str)
    grabbed = Signal(int)
    moved = Signal(int, float)

    def __init__(self, number: int, *, with_map: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        self._direction: Direction | None = None
        self._verdict: bool | None = None
        self.tick = QCheckBox(self)
        self.name = QLineEdit(self)
        self.badge = QLabel(self)
        self.more = QToolButton(self)
        self.slider = AxisSlider(self)
        self.value = QLabel(self)
        self.strip = FilmStrip("walk", self)
        self.facts = Footnote(self)
        self.note = Footnote(self)
        self._build()
        self._offer(with_map=with_map)
        self._connect()
        self._on_theme_changed()

    @property
    def is_ticked(self) -> bool:
        """Whether there is a slider."""
        return self.tick.isChecked()

    def serve(self, direction: Direction) -> None:
        """Show a direction."""
        if not self.name.hasFocus() or not self.name.isModified():
            self.name.setText(direction.name)
            self.name.setCursorPosition(0)
        if direction is self._direction:
            return
        self._direction, self._verdict = direction, direction.is_reliable
        words, _, why = BADGES[self._verdict]
        self.badge.setText(words)
        self.badge.setToolTip(direction.notes or why)
        self.facts.say(facts(direction))
        self.facts.setToolTip(details(direction))
        for widget, what in (
            (self.tick, "slider along"),
            (self.name, "name of the direction"),
            (self.more, "what to do with"),
            (self.slider, "place along"),
            (self.strip, "walk along"),
        ):
            widget.setAccessibleName(f"{what} {direction.name}")
        self._on_theme_changed()

    def say(self, words: str) -> None:
        """Show a line below what is known, such as whose twin it is."""
        self.note.say(words)
        self.note.setVisible(bool(words))

    def show_value(self, value: float) -> None:
        """Show where the cursor lies along the direction, in σ from the origin."""
        self.slider.show_value(value)
        self.value.setText(f"{signed(value)} σ")

    def reserve(self, height: int) -> None:
        """Keep room for a walk that has not come yet, so that the list does not jump."""
        self._grid.setRowMinimumHeight(2, height)

    def show_strip(self, pixels: PixelArray | None) -> None:
        """Show the walk along it, or none."""
        self.strip.show_pixels(pixels)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name and meaning
        super().resizeEvent(event)
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the value when the text grows."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widen()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for widget in (self.tick, self.name, self.badge, self.more):
            head.addWidget(widget)
        head.setStretch(1, 1)
        self.more.setObjectName("more")
        self._film = QHBoxLayout()
        self._film.addWidget(self.strip)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addLayout(head, 0, 0, 1, 2)
        grid.addWidget(self.slider, 1, 0)
        grid.addWidget(self.value, 1, 1)
        grid.addLayout(self._film, 2, 0)
        grid.addWidget(self.facts, 3, 0, 1, 2)
        grid.addWidget(self.note, 4, 0, 1, 2)
        self.name.setObjectName("plain")
        self.name.setMinimumWidth(60)
        self.name.setMaxLength(200)
        self.name.setAcceptDrops(False)  # files dropped on the list are directions, not names
        self.slider.set_ends(-REACH, REACH)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.slider.hide()
        self.value.hide()
        self.note.hide()
        self._widen()

    def _offer(self, *, with_map: bool) -> None:
        self.tick.setToolTip("A slider along this direction; others act on the ticked ones.")
        self.name.setToolTip("Its name; type another one and press Enter.")
        self.more.setText("⋯")
        self.more.setToolTip("Save, test, change or remove this direction.")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.strip.setToolTip(
            "−2, −1, 0, 1 and 2 σ along it, from the cursor otherwise; press one to go there."
        )
        self.slider.setToolTip(
            f"Where you are along this direction, −{REACH:g} to {REACH:g} σ from the origin. "
            "Shaded: fewer than 1 in 100 codes lie there."
        )
        menu = QMenu(self.more)
        for deed, title in DEEDS:
            if with_map or deed not in MAP_DEEDS:
                menu.addAction(title).setData(deed)
        menu.triggered.connect(self._on_deed)
        self.more.setMenu(menu)

    def _connect(self) -> None:
        self.tick.toggled.connect(self._on_toggled)
        self.name.editingFinished.connect(self._on_named)
        self.slider.grabbed.connect(self._on_grabbed)
        self.slider.dragged.connect(self._on_dragged)
        self.strip.taken.connect(self._on_taken)
        theme.changes().changed.connect(self._on_theme_changed)

    def _widen(self) -> None:
        self.value.setFont(theme.tabular(self.font()))
        wide = self.value.fontMetrics().horizontalAdvance("−0.00 σ ")
        self.value.setFixedWidth(wide)
        self._grid.setColumnMinimumWidth(1, wide)

    def _align(self) -> None:
        """Put each picture of the walk below the value of the slider that it belongs to."""
        ends = KNOB + 2
        room = max(0.0, self.width() - self.value.width() - 8 - 2 * ends)
        share = 1 - len(AMOUNTS) / (2 * REACH)
        margin = round(ends + room * share / 2)
        self._film.setContentsMargins(margin, 0, margin, 0)

    @Slot(QAction)
    def _on_deed(self, action: QAction) -> None:
        self.asked.emit(self.number, str(action.data()))

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:  # noqa: FBT001  Qt's signal
        self.slider.setVisible(checked)
        self.value.setVisible(checked)
        self.ticked.emit(self.number, checked)

    @Slot()
    def _on_named(self) -> None:
        if self.name.isModified():
            self.name.setModified(False)
            self.renamed.emit(self.number, self.name.text())

    @Slot()
    def _on_grabbed(self) -> None:
        self.grabbed.emit(self.number)

    @Slot(float)
    def _on_dragged(self, value: float) -> None:
        self.moved.emit(self.number, value)

    @Slot(int)
    def _on_taken(self, index: int) -> None:
        self.grabbed.emit(self.number)
        self.moved.emit(self.number, AMOUNTS[index])

    @Slot()
    def _on_theme_changed(self) -> None:
        colour = getattr(theme.tokens(), BADGES[self._verdict][1])
        self.badge.setStyleSheet(f"color: {colour};")
