"""A dock behind a tab is named by the tab: its title bar would say the same again."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget


class TabTitles(QObject):
    """Takes the title bars from docks that share a tab bar, and gives them back.

    Signals:
        `refreshed()`: title bars may have come back, as Qt makes them.
    """

    refreshed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: list[QDockWidget] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)

    def watch(self, dock: QDockWidget) -> None:
        """Follow one more dock."""
        self._docks.append(dock)
        dock.dockLocationChanged.connect(self._soon.start)
        dock.topLevelChanged.connect(self._soon.start)
        dock.visibilityChanged.connect(self._soon.start)

    @Slot()
    def refresh(self) -> None:
        """Look at every dock once more."""
        for dock in self._docks:
            bare = dock.titleBarWidget() is not None
            tabbed = self._is_tabbed(dock)
            if tabbed and not bare:
                dock.setTitleBarWidget(QWidget(dock))
            elif bare and not tabbed:
                blank = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # Qt takes null
                blank.deleteLater()
        self._keep_whole()
        self.refreshed.emit()

    def _keep_whole(self) -> None:
        """Scroll tabs that find no room: cut short, “A | B” would be called “A …”."""
        only = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=only):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)

    def _is_tabbed(self, dock: QDockWidget) -> bool:
        if dock.isFloating():
            return False
        beside = self._window.tabifiedDockWidgets(dock)
        return any(not other.isHidden() for other in beside)
