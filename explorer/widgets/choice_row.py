"""One choice among a few: the class of a picture, with a picture of each below."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from engines.arrays import PixelArray
from explorer.widgets.editors import ChoiceBox
from explorer.widgets.film_strip import FilmStrip

MOST_BUTTONS = 12
LONGEST_ROW = 40  # letters on all buttons; more are chosen from a list
MOST_PICTURES = 16
_ROOM = 2  # letters that a button needs beside its name


class ChoiceRow(QWidget):
    """Exactly one choice at any time; nothing lies between two of them.

    Few choices with short names are buttons, each above its picture; many are a list.

    Signals:
        `chosen(int, int)`: on this axis, a person wants this choice.
    """

    chosen = Signal(int, int)

    def __init__(
        self, axis: int, name: str, choices: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.axis = axis
        self.choices = choices
        self.name = QLabel(name, self)
        self.strip = FilmStrip(f"pictures by {name}", self)
        self.strip.setToolTip(f"A picture of each {name}, all else as it is; press to choose.")
        self.buttons = QButtonGroup(self)
        self.list = ChoiceBox(self)
        self._build(name)
        self.strip.taken.connect(self._on_taken)

    @property
    def is_short(self) -> bool:
        """Whether all choices lie open as buttons."""
        letters = sum(len(choice) + _ROOM for choice in self.choices)
        return len(self.choices) <= MOST_BUTTONS and letters <= LONGEST_ROW

    @property
    def pictures(self) -> int:
        """How many pictures its strip has; 0 where there are too many choices."""
        return len(self.choices) if len(self.choices) <= MOST_PICTURES else 0

    @property
    def made(self) -> int:
        """The choice shown."""
        return self.buttons.checkedId() if self.is_short else self.list.currentIndex()

    def show_choice(self, choice: int) -> None:
        """Show a choice that somebody made; nothing is reported."""
        if self.is_short:
            self.buttons.button(choice).setChecked(True)
        else:
            self.list.setCurrentIndex(choice)

    def show_strip(self, pixels: PixelArray | None) -> None:
        """Show a picture of each choice, or none."""
        self.strip.show_pixels(pixels)

    def focus(self) -> None:
        """Take the keyboard."""
        chosen = self.buttons.checkedButton()
        (chosen if chosen is not None else self.list).setFocus()

    def _build(self, name: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addLayout(self._open() if self.is_short else self._listed(name), 0, 1)
        grid.addWidget(self.strip, 1, 1)
        self.list.setVisible(not self.is_short)

    def _open(self) -> QHBoxLayout:
        """Lay the choices out as buttons, each as wide as its picture's share."""
        row = QHBoxLayout()
        row.setSpacing(0)
        for index, choice in enumerate(self.choices):
            button = QPushButton(choice, self)
            button.setObjectName("choice")  # for the style sheet
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setMinimumWidth(1)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(f"{self.name.text()} {choice}")
            button.setToolTip(
                f"Choose {self.name.text()} {choice}; arrow keys go to its neighbours."
            )
            self.buttons.addButton(button, index)
            row.addWidget(button, 1)
        self.buttons.idClicked.connect(self._on_taken)
        return row

    def _listed(self, name: str) -> QHBoxLayout:
        row = QHBoxLayout()
        self.list.addItems(list(self.choices))
        self.list.setAccessibleName(name)
        self.list.setToolTip(f"Choose one {name}; there are {len(self.choices)}.")
        self.list.activated.connect(self._on_taken)
        row.addWidget(self.list)
        row.addStretch(1)
        return row

    @Slot(int)
    def _on_taken(self, choice: int) -> None:
        self.chosen.emit(self.axis, choice)
