"""Layouts, theme, size of text, full screen; raise a panel and have it export."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from explorer import theme
from explorer.layouts import Docks, Rearranged
from explorer.session import Session
from explorer.settings import Settings

_STEP, _SMALLEST, _LARGEST = 1.0, 7.0, 32.0


class Copying(Protocol):
    """What puts a command on the clipboard instead of asking where to save."""

    def copy(self, export: Callable[[], None]) -> None:
        """Have `export` do so."""


@runtime_checkable
class Exporting(Protocol):
    """A panel whose view can be exported."""

    exporter: Copying

    def export(self) -> None:
        """Offer what it shows."""

    def isVisible(self) -> bool:
        """Tell whether it is in sight."""


class ViewCommands(QObject):
    """Changes what the window looks like, never what it works on."""

    def __init__(
        self, window: QMainWindow, docks: Docks, session: Session, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._session = session
        self._settings = settings
        self._normal = QApplication.font().pointSizeF()
        if settings.text_size:
            self._write(settings.text_size)

    def arrange(self, preset: str) -> None:
        """Take a preset's layout; can be undone."""
        self._session.undo.push(Rearranged(self._window, self._docks, preset))

    def reset(self) -> None:
        """Put every panel back where it was at first."""
        self.arrange("train")
        self._session.notices.tell("The layout is as it was at first.")

    def choose_theme(self, mode: str) -> None:
        """Follow a person's choice of light or dark."""
        self._settings.mode = theme.Mode(mode)
        theme.current().choose(self._settings.mode)

    def toggle_full_screen(self) -> None:
        """Use the whole screen, or give it back."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def enlarge_text(self) -> None:
        """Make all text larger."""
        self._write(min(_LARGEST, QApplication.font().pointSizeF() + _STEP))

    def shrink_text(self) -> None:
        """Make all text smaller."""
        self._write(max(_SMALLEST, QApplication.font().pointSizeF() - _STEP))

    def reset_text(self) -> None:
        """Give text the system's size."""
        self._write(self._normal)

    def export(self, name: str) -> None:
        """Raise the panel `name` and have it export what it shows."""
        dock = self._docks.get(name)
        export = getattr(dock.widget(), "export", None) if dock is not None else None
        if dock is None or export is None:
            self._session.notices.tell(f"There is nothing to export from {name} yet.")
            return
        dock.show()
        dock.raise_()
        export()

    def copy_command(self) -> None:
        """Copy the command that writes what the panel in use shows."""
        panel = self._in_use()
        if panel is None:
            self._session.notices.tell(
                "No panel in sight can be written by a command; click into one that shows "
                "pictures first."
            )
            return
        panel.exporter.copy(panel.export)

    def _in_use(self) -> Exporting | None:
        """Return the panel with the keyboard, or else the first in sight, that exports."""
        focused = QApplication.focusWidget()
        docks = sorted(
            self._docks.values(), key=lambda dock: not _holds(dock.widget(), focused)
        )
        for dock in docks:
            panel = dock.widget()
            if isinstance(panel, Exporting) and panel.isVisible():
                return panel
        return None

    def offer(self, name: str) -> None:
        """Raise the panel `name` and have it offer something new."""
        dock = self._docks.get(name)
        offer = getattr(dock.widget(), "offer", None) if dock is not None else None
        if dock is not None and offer is not None:
            dock.show()
            dock.raise_()
            offer()

    def _write(self, points: float) -> None:
        font = QApplication.font()
        font.setPointSizeF(points)
        QApplication.setFont(font)
        theme.current().refresh()
        self._settings.text_size = 0 if points == self._normal else points


def _holds(panel: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (panel is focused or panel.isAncestorOf(focused))
