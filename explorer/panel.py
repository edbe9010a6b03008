"""What a panel tells the window about itself."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from explorer.session import Session


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One row of the table of panels.

    `name` is stable (it is the dock's object name in saved layouts), `title` is what is read.
    Panels with the same area and `tab` share a tab bar in the default layout.
    """

    name: str
    title: str
    area: Qt.DockWidgetArea
    build: Callable[[Session], QWidget]
    tab: str = ""
