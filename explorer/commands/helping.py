"""Find commands, show keys, log, versions."""

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, qVersion
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.session import Session
from explorer.widgets.palette import Palette
from explorer.widgets.shortcut_sheet import ShortcutSheet

_PACKAGES = ("latent-explorer", "torch", "numpy", "PySide6-Essentials", "pyqtgraph", "superqt")
_ABOUT = (
    "Latent Explorer {version}\n\nTrain a generative model on your own images, watch it learn, "
    "and explore what it has learned."
)


class HelpCommands(QObject):
    """Answers questions about the program."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        actions: Callable[[], list[QAction]],
        log: Path,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._actions = actions
        self._log = log

    def open_palette(self) -> None:
        """Offer every action by name."""
        palette = Palette(self._actions(), self._window)
        palette.show()
        palette.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_shortcuts(self) -> None:
        """Show every key on one sheet."""
        ShortcutSheet(self._actions(), self._window).open()

    def show_log(self) -> None:
        """Open the log file in whatever the system opens text with."""
        self._session.notices.tell(f"The log is {self._log}.")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log)))

    def show_system(self) -> None:
        """Show versions and paths, to be copied into a report."""
        self._session.errands.send(_versions, self._on_versions_read)

    def show_about(self) -> None:
        """Say what this is."""
        self._show("About Latent Explorer", _ABOUT.format(version=_version(_PACKAGES[0])))

    def _on_versions_read(self, versions: str) -> None:
        lines = [
            versions,
            f"Qt {qVersion()} on {QGuiApplication.platformName()}",
            f"runs: {self._session.runs}",
            f"log: {self._log}",
        ]
        self._show("System info", "\n".join(lines))

    def _show(self, title: str, text: str) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _versions() -> str:
    lines = [f"{name} {_version(name)}" for name in _PACKAGES]
    lines += [f"Python {sys.version.split()[0]}", platform.platform()]
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
