"""The window: it docks panels and knows nothing of what they do."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QTabWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from explorer import icons, layouts
from explorer.menus import Menus
from explorer.panel import PanelSpec
from explorer.settings import Settings
from explorer.widgets.curtains import Curtains
from explorer.widgets.dock_buttons import DockButtons
from explorer.widgets.drop_target import DropTarget
from explorer.widgets.focus_ring import FocusRing
from explorer.widgets.progress_strip import ProgressStrip
from explorer.widgets.status_strip import StatusStrip
from explorer.widgets.tab_titles import TabTitles
from explorer.widgets.toast import Toasts

TITLE = "Latent Explorer"
_SMALLEST = (760, 480)
_Option = QMainWindow.DockOption
_DOCKING = _Option.AllowNestedDocks | _Option.AllowTabbedDocks | _Option.GroupedDragging


class MainWindow(QMainWindow):
    """Menu, toolbar, docks, status strip; it stands before anything heavy is loaded."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.docks: dict[str, QDockWidget] = {}
        self.setWindowTitle(TITLE)
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(*_SMALLEST)
        self.setDockOptions(_DOCKING)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.menus = Menus(self)
        self.progress = ProgressStrip(self)
        self.run_chip = self._chip("folder", "The run looked at; click for others")
        self.device_chip = QLabel(self)
        self.device_chip.setObjectName("chip")
        self.device_chip.setToolTip("Where the run is computed")
        self.device_chip.setAccessibleName("Device")
        self.bar = self._build_toolbar()
        self.status = StatusStrip(self)
        self.status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.centre = QLabel("Getting ready …", self)
        self.centre.setObjectName("centre")
        self.centre.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setCentralWidget(self.centre)
        self.toasts = Toasts(self)
        self.drops = DropTarget(self)
        self.ring = FocusRing(self)
        self.titles = TabTitles(self)
        self.buttons = DockButtons(self)
        self.titles.refreshed.connect(self.buttons.draw)
        self.curtains = Curtains(self)
        self._fit()
        self._take_place()
        self.setFocus()

    def add_panel(self, spec: PanelSpec, widget: QWidget) -> None:
        """Put a panel's widget in a dock of its own; `settle` then places it."""
        dock = QDockWidget(spec.title, self)
        dock.setObjectName(spec.name)
        dock.setAccessibleName(spec.title)
        dock.setWidget(widget)
        self.docks[spec.name] = dock
        self.titles.watch(dock)
        self.buttons.watch(dock)
        self.curtains.watch(dock)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        dock.hide()

    def settle(self) -> bool:
        """Arrange the docks as last time; False if that arrangement was unusable."""
        self.takeCentralWidget()
        self.centre.deleteLater()
        restored = layouts.restore(self, self.docks, self._settings.layout)
        view = self.menus.menus["View"]
        first = view.actions()[0]
        view.insertActions(first, [dock.toggleViewAction() for dock in self.docks.values()])
        view.insertSeparator(first)
        self.setFocus()
        return restored

    @Slot(str)
    def raise_panel(self, name: str) -> None:
        """Bring the panel `name` to the front, if there is one."""
        dock = self.docks.get(name)
        if dock is not None:
            dock.show()
            dock.raise_()

    def remember(self) -> None:
        """Note place and arrangement for the next launch."""
        self._settings.geometry = self.saveGeometry()
        if self.docks and self.centralWidget() is None:
            self._settings.layout = self.saveState(layouts.VERSION)
        self._settings.flush()

    def changeEvent(self, event: QEvent) -> None:
        """Make room when text changes its size."""
        if event.type() is QEvent.Type.FontChange and hasattr(self, "status"):
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        """Reserve room for figures and draw icons in the size of the text."""
        side = max(16, round(1.1 * self.fontMetrics().height()))
        self.bar.setIconSize(QSize(side, side))
        self.run_chip.setIconSize(QSize(side, side))
        self.status.fit()
        self.progress.fit()

    def _build_toolbar(self) -> QToolBar:
        bar = self.menus.toolbar()
        bar.addSeparator()
        bar.addWidget(self.progress)
        bar.addSeparator()
        bar.addWidget(self.run_chip)
        bar.addWidget(self.device_chip)
        self.addToolBar(bar)
        return bar

    def _chip(self, icon: str, tip: str) -> QToolButton:
        chip = QToolButton(self)
        chip.setObjectName("chip")
        chip.setIcon(icons.icon(icon))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        chip.setToolTip(tip)
        chip.setAccessibleName(tip)
        return chip

    def _take_place(self) -> None:
        state = self._settings.geometry
        restored = not state.isEmpty() and self.restoreGeometry(state)
        if restored and layouts.is_on_screen(self.frameGeometry()):
            return
        screen = QGuiApplication.primaryScreen().availableGeometry()
        width, height = min(1440, screen.width()), min(900, screen.height())
        place = QRect(0, 0, int(width * 0.96), int(height * 0.94))
        place.moveCenter(screen.center())
        self.setGeometry(place)
