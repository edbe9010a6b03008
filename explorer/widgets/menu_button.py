"""A button with a menu of things to do it to."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget


class MenuButton(QPushButton):
    """Opens a menu of names.

    Signals:
        `chosen(str)`: the name that a person chose.
    """

    chosen = Signal(str)

    def __init__(
        self, text: str, tip: str, names: Iterable[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setToolTip(tip)
        self.setAccessibleName(tip.rstrip("."))
        menu = QMenu(self)
        for name in names:
            menu.addAction(f"{name}…").triggered.connect(partial(self._report, name))
        self.setMenu(menu)

    def _report(self, name: str, *_: object) -> None:
        self.chosen.emit(name)
